//! The run folder: everything that a later command needs.
//!
//! | file | holds |
//! |---|---|
//! | `config.toml` | every setting, and the description of the encoder |
//! | `dataset.json` | name, classes, shape and fingerprint of the data |
//! | `metrics.jsonl` | losses of every step |
//! | `checkpoint.tar` | networks, optimizers, position and, of noise as targets, whose target is whose |
//! | `evaluation.json` | what `dim evaluate` found |
//! | `report.html` | all of it for people |
//! | `imported.json` | file that the weights are from, where they were not learned here |
//! | `fine_tuning.json` | ranges that decide the device's integers, where the encoder learns in them |
//! | `teacher.json` | which encoder it learns from, where there is one |
//! | `clusters.json` | which files of embeddings it learns from, where there are any |

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use burn::module::Module;
use burn::tensor::Device;
use dim_host::data::Dataset;
use dim_host::persist;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Clustered, DatasetInfo, EncoderWeights, EpochsDone, FineTuning, Imported, TaughtBy};
use crate::architecture::Architecture;
use crate::model::{DeepInfoMax, Discriminator, Encoder, initialize};
use crate::quantize::Range;
use crate::settings::{Arithmetic, Method, Precision, TrainConfig};
use crate::training::checkpoint;
use crate::training::metrics::{self, Metrics};

/// A run folder with its settings.
#[derive(Debug, Clone)]
pub struct Run {
    folder: PathBuf,
    /// Settings.
    pub config: TrainConfig,
    /// Data.
    pub dataset: DatasetInfo,
    /// Where the weights are from, if they were not learned here.
    pub imported: Option<Imported>,
    /// Where the encoder was before it learned in the device's arithmetic, if it does.
    pub fine_tuning: Option<FineTuning>,
    /// Which encoder it learns from, if it does.
    pub taught_by: Option<TaughtBy>,
    /// The files of embeddings whose clusters it learns, in the order of the settings.
    pub clustered: Vec<Clustered>,
}

impl Run {
    /// Starts a run in `folder`; an earlier run there is replaced.
    ///
    /// # Errors
    /// If the settings' teacher cannot teach, or the folder cannot be written.
    pub fn create(folder: &Path, config: TrainConfig, dataset: &Dataset) -> anyhow::Result<Self> {
        let mut run = Self::of(folder, config, DatasetInfo::of(dataset));
        run.check_dataset(dataset)?;
        run.taught_by = Self::teacher_of(&run.config, &Device::flex())?.map(|(_, taught_by)| taught_by);
        if let Some(teacher) = &mut run.config.teacher {
            *teacher = teacher.canonicalize()?;
            let is_itself = folder.exists() && *teacher == folder.canonicalize()?;
            ensure!(!is_itself, "teacher: {}: is the run folder itself; name another --out", teacher.display());
        }
        run.clustered = Self::embeddings_for(&run.config, dataset)?.into_iter().map(|(_, file)| file).collect();
        for path in &mut run.config.clusters_of {
            *path = path.canonicalize()?;
        }
        for stale in [
            run.checkpoint_path(),
            run.metrics_path(),
            run.evaluation_path(),
            run.report_path(),
            run.imported_path(),
            run.fine_tuning_path(),
            run.teacher_path(),
            run.clusters_path(),
        ] {
            match std::fs::remove_file(&stale) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("removing {}", stale.display()));
                }
                _ => {}
            }
        }
        run.write_config()?;
        write_json(&run.folder.join("dataset.json"), &run.dataset)?;
        if let Some(taught_by) = &run.taught_by {
            write_json(&run.teacher_path(), taught_by)?;
        }
        if !run.clustered.is_empty() {
            write_json(&run.clusters_path(), &run.clustered)?;
        }
        Ok(run)
    }

    /// Where it is.
    pub(in crate::training) fn folder(&self) -> &Path {
        &self.folder
    }

    fn of(folder: &Path, config: TrainConfig, dataset: DatasetInfo) -> Self {
        let folder = folder.to_owned();
        Self { folder, config, dataset, imported: None, fine_tuning: None, taught_by: None, clustered: Vec::new() }
    }

    /// Replaces `config.toml` by the settings as they are.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write_config(&self) -> anyhow::Result<()> {
        persist::write(&self.folder.join("config.toml"), self.config.to_toml()?.as_bytes())
    }

    /// Opens a run folder.
    ///
    /// # Errors
    /// Naming the file that is missing or damaged.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        let is_run = folder.join("config.toml").is_file();
        ensure!(is_run, "{}: no run in this folder; make one with `dim train --out`", folder.display());
        let config = TrainConfig::from_run(&folder.join("config.toml"))?;
        let dataset = read_json(&folder.join("dataset.json"))?;
        let mut run = Self::of(folder, config, dataset);
        if run.config.teacher.is_some() {
            run.taught_by = Some(read_json(&run.teacher_path())?);
        }
        if !run.config.clusters_of.is_empty() {
            run.clustered = read_json(&run.clusters_path())?;
        }
        if run.config.method == Method::Imported {
            run.imported = Some(read_json(&run.imported_path())?);
        }
        if run.config.arithmetic != Arithmetic::Float {
            let path = run.fine_tuning_path();
            let tuning: FineTuning = read_json(&path)?;
            let layers = run.architecture().layers.len();
            tuning.check(layers).with_context(|| format!("{}: damaged", path.display()))?;
            run.fine_tuning = Some(tuning);
        }
        Ok(run)
    }

    /// States where the weights are from.
    pub(in crate::training) fn write_imported(&mut self, imported: Imported) -> anyhow::Result<()> {
        write_json(&self.imported_path(), self.imported.insert(imported))
    }

    /// States where the encoder was before, and its ranges.
    pub(in crate::training) fn write_fine_tuning(&mut self, tuning: FineTuning) -> anyhow::Result<()> {
        write_json(&self.fine_tuning_path(), self.fine_tuning.insert(tuning))
    }

    /// States the range of embeddings that were whitened at the end, of a run that is fine-tuned.
    pub(in crate::training) fn write_whitened(&self, range: Range) -> anyhow::Result<()> {
        let tuning = self.fine_tuning.clone().context(TrainConfig::NEEDS_TRAINED_ENCODER)?;
        write_json(&self.fine_tuning_path(), &FineTuning { whitened: Some(range), ..tuning })
    }

    /// What the encoder learned by, for reports and files: [`TrainConfig::objective`], or where it is from.
    pub fn objective(&self) -> String {
        self.imported.as_ref().map_or_else(|| self.config.objective(), Imported::objective)
    }

    /// How long the encoder has learned, here and before it was fine-tuned, as its checkpoint says.
    ///
    /// # Errors
    /// If there is no checkpoint yet, or it is damaged.
    pub fn epochs_done(&self) -> anyhow::Result<EpochsDone> {
        let position = checkpoint::position(&self.trained_path()?)?;
        let before = self.fine_tuning.as_ref().map_or(0, |tuning| tuning.epochs_before);
        Ok(EpochsDone {
            whole: before + position.epoch,
            steps: position.step_in_epoch,
            planned: before + self.config.epochs,
        })
    }

    /// How the encoder learned, in words.
    ///
    /// # Errors
    /// As [`Run::epochs_done`].
    pub fn training(&self) -> anyhow::Result<String> {
        if self.imported.is_some() {
            return Ok("trained elsewhere".to_owned());
        }
        let learned = format!("{}, seed {}", self.epochs_done()?, self.config.seed);
        Ok(match &self.fine_tuning {
            Some(tuning) => format!("{learned}, the first {} with floats", tuning.epochs_before),
            None => learned,
        })
    }

    /// Whether there is something to resume.
    pub fn has_checkpoint(&self) -> bool {
        self.checkpoint_path().is_file()
    }

    /// The architecture of this run's encoder.
    pub const fn architecture(&self) -> &Architecture {
        &self.config.encoder
    }

    /// What [`Metrics::information`] cannot exceed, in its unit; `None` where only the data bound it, or the method
    /// estimates none.
    pub fn information_ceiling(&self) -> Option<f64> {
        if self.config.method != Method::Dim {
            return None;
        }
        let architecture = self.architecture();
        let [_, height, width] = architecture.shapes()[architecture.feature_map];
        let cells = if self.config.beta > 0.0 { height * width } else { 1 };
        self.config.estimator.ceiling(self.config.images_per_shard(), cells)
    }

    /// What [`Metrics::information`] is measured in; `None` where it has no unit, or the method estimates none.
    pub fn information_unit(&self) -> Option<&'static str> {
        if self.config.method == Method::Dim { self.config.estimator.unit() } else { None }
    }

    /// The trained encoder, in evaluation mode: whitened where the run has ended so, else the average of its weights where
    /// it keeps one, else with the last ones.
    ///
    /// # Errors
    /// If there is no checkpoint yet, or it is damaged.
    pub fn encoder(&self, device: &Device) -> anyhow::Result<Encoder> {
        Ok(self.encoder_with(None, device)?.0)
    }

    /// The same with the weights that are chosen, and which it has.
    ///
    /// # Errors
    /// As [`Run::encoder`], or if the run does not have those that are chosen.
    pub fn encoder_with(
        &self,
        chosen: Option<EncoderWeights>,
        device: &Device,
    ) -> anyhow::Result<(Encoder, EncoderWeights)> {
        let path = self.trained_path()?;
        ensure!(
            chosen != Some(EncoderWeights::Average) || self.config.weight_average > 0.0,
            "{}: has no average of its weights, since weight_average = 0; take the last ones, or train with \
             weight_average above 0",
            self.folder.display()
        );
        let (networks, _) = self.initialize(device);
        let (encoder, weights) = checkpoint::load_encoder(&path, networks, chosen)?;
        Ok((in_full(encoder), weights))
    }

    /// An encoder of the same shape and seed that has learned nothing, in evaluation mode.
    pub fn untrained_encoder(&self, device: &Device) -> Encoder {
        in_full(self.initialize(device).0.encoder)
    }

    /// The networks before they learn.
    pub(in crate::training) fn initialize(&self, device: &Device) -> (DeepInfoMax, Discriminator) {
        let (networks, discriminator) = initialize(&self.config, self.dataset.classes.len(), device);
        let networks = match &self.taught_by {
            Some(taught_by) => networks.with_teacher(taught_by.units, &self.config, device),
            None => networks,
        };
        let learns_clusters = !self.config.clusters_of.is_empty();
        let networks = if learns_clusters { networks.with_clusters(&self.config, device) } else { networks };
        (networks, discriminator)
    }

    /// Losses of every step so far.
    ///
    /// # Errors
    /// If the file is there but cannot be read.
    pub fn metrics(&self) -> anyhow::Result<Vec<Metrics>> {
        metrics::read(&self.metrics_path())
    }

    /// What `dim evaluate` found, for `dim compare`.
    pub fn evaluation_path(&self) -> PathBuf {
        self.folder.join("evaluation.json")
    }

    /// What a person reads of the run.
    pub fn report_path(&self) -> PathBuf {
        self.folder.join("report.html")
    }

    fn imported_path(&self) -> PathBuf {
        self.folder.join("imported.json")
    }

    fn teacher_path(&self) -> PathBuf {
        self.folder.join("teacher.json")
    }

    fn clusters_path(&self) -> PathBuf {
        self.folder.join("clusters.json")
    }

    fn fine_tuning_path(&self) -> PathBuf {
        self.folder.join("fine_tuning.json")
    }

    /// The checkpoint, which must be there.
    pub(in crate::training) fn trained_path(&self) -> anyhow::Result<PathBuf> {
        let path = self.checkpoint_path();
        ensure!(path.is_file(), "{}: no checkpoint.tar; train it first", self.folder.display());
        Ok(path)
    }

    pub(in crate::training) fn metrics_path(&self) -> PathBuf {
        self.folder.join("metrics.jsonl")
    }

    pub(in crate::training) fn checkpoint_path(&self) -> PathBuf {
        self.folder.join("checkpoint.tar")
    }
}

fn write_json(path: &Path, value: &impl Serialize) -> anyhow::Result<()> {
    persist::write(path, (serde_json::to_string_pretty(value)? + "\n").as_bytes())
}

fn read_json<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{}: damaged", path.display()))
}

/// In evaluation mode, in single precision whatever it learned in, and without maps that only learning takes.
fn in_full(encoder: Encoder) -> Encoder {
    encoder.valid().with_precision(Precision::F32).with_maps(Vec::new())
}
