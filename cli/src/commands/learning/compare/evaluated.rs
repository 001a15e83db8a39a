//! What `dim evaluate` left in a run folder.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use dim_host::representation::Classifier;
use dim_trainer::training::{EpochsDone, Run};
use serde::Deserialize;

use super::figures::Task;

/// The part of a run's `evaluation.json` that is compared.
#[derive(Debug, Deserialize)]
pub(super) struct Evaluated {
    /// The run folder as it was typed.
    #[serde(skip)]
    pub(super) run: PathBuf,
    pub(super) dataset: String,
    pub(super) encoder: String,
    pub(super) objective: String,
    /// Whole passes that the encoder had learned for.
    pub(super) epochs: usize,
    /// Steps of the pass after them.
    #[serde(default)]
    pub(super) unfinished_epoch_steps: usize,
    #[serde(default)]
    pub(super) planned_epochs: usize,
    pub(super) seed: u64,
    pub(super) train_images: usize,
    pub(super) test_images: usize,
    pub(super) measurements: Vec<Measured>,
    pub(super) reconstruction: Option<Reconstructed>,
    pub(super) mutual_information: Option<Nats>,
    pub(super) neural_dependency: Option<Dependency>,
}

/// Accuracy of one classifier at one tap.
#[derive(Debug, Deserialize)]
pub(super) struct Measured {
    pub(super) features: String,
    pub(super) tap: String,
    pub(super) classifier: Classifier,
    pub(super) accuracy: f64,
    pub(super) deviation: f64,
    pub(super) runs: usize,
    pub(super) seed: u64,
    pub(super) epochs: usize,
    pub(super) averaged_epochs: usize,
}

/// Likeness of reconstructions.
#[derive(Debug, Deserialize)]
pub(super) struct Reconstructed {
    pub(super) ms_ssim: Option<f64>,
}

/// Dependency of units.
#[derive(Debug, Deserialize)]
pub(super) struct Dependency {
    pub(super) with_sigmoid: Nats,
    pub(super) without_sigmoid: Nats,
}

/// An estimate on held-out images; none where it was not a number.
#[derive(Debug, Deserialize)]
pub(super) struct Nats {
    pub(super) held_out_nats: Option<f64>,
}

impl Evaluated {
    /// Reads what is in a run folder.
    ///
    /// # Errors
    /// If it is no run, was not evaluated or was trained further since, or the file is damaged.
    pub(super) fn read(folder: &Path) -> anyhow::Result<Self> {
        let run = Run::open(folder)?;
        let (path, shown) = (run.evaluation_path(), folder.display());
        ensure!(path.is_file(), "{shown}: not evaluated yet; do so with `dim evaluate {shown}`");
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let damaged = || format!("{}: damaged; write it again with `dim evaluate {shown}`", path.display());
        let evaluated = Self { run: folder.to_owned(), ..serde_json::from_str(&text).with_context(damaged)? };
        // Of a run whose checkpoint was deleted, the evaluation is the last word.
        if run.has_checkpoint() {
            let (then, now) = (evaluated.epochs_done(), run.epochs_done()?);
            ensure!(
                (then.whole, then.steps) == (now.whole, now.steps),
                "{shown}: evaluated after {then}, has {now} now; run `dim evaluate {shown}` again"
            );
        }
        Ok(evaluated)
    }

    /// How long the encoder had learned.
    pub(super) fn epochs_done(&self) -> EpochsDone {
        EpochsDone { whole: self.epochs, steps: self.unfinished_epoch_steps, planned: self.planned_epochs }
    }

    /// What the encoder learned beside its objective.
    pub(super) fn tasks(&self) -> Vec<Task> {
        let weights = || self.objective.trim_end_matches(')').split(['(', ',']).map(str::trim);
        let has = |task: &str| weights().any(|weight| weight.starts_with(task));
        let coordinates = has("coordinates ") || has("relative coordinates ");
        let tasks = [(coordinates, Task::Coordinates), (has("occlusion "), Task::Occlusion)];
        tasks.into_iter().filter(|(has, _)| *has).map(|(_, task)| task).collect()
    }

    /// Name of the objective without its weights: what a row of the paper is found by.
    pub(super) fn kind(&self) -> &str {
        self.objective.split(" (").next().unwrap_or_default()
    }
}
