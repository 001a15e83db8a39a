//! What is recorded of each step, one JSON object a line in `metrics.jsonl`.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

/// Losses of one step, mutual information in the unit of [`Estimator::unit`]; what the objective has no part of is
/// absent.
///
/// [`Estimator::unit`]: crate::settings::Estimator::unit
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Metrics {
    /// Steps done, from 1.
    pub step: usize,
    /// What the encoder minimizes with all that learns along the same loss.
    pub loss: f32,
    /// Estimate of the local mutual information; its ceiling, if any, is [`Estimator::ceiling`].
    ///
    /// [`Estimator::ceiling`]: crate::settings::Estimator::ceiling
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_information: Option<f32>,
    /// The same with embeddings of occluded images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occluded_information: Option<f32>,
    /// The local estimate with each of the settings' `local_maps`, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub map_information: Vec<f32>,
    /// The same with embeddings of occluded images.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub occluded_map_information: Vec<f32>,
    /// Estimate of the global mutual information.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub global_information: Option<f32>,
    /// Estimated information between the embeddings of two views.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view_information: Option<f32>,
    /// Estimated information between embeddings and a teacher's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub teacher_information: Option<f32>,
    /// Lower bound of the information between embeddings and the clusters of their images, in nats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_information: Option<f32>,
    /// Mean squared score of all critics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub squared_score: Option<f32>,
    /// Cross-entropy of cells' coordinates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<f32>,
    /// Cross-entropy of offsets between cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative_coordinates: Option<f32>,
    /// Cross-entropy of the classifier, in nats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cross_entropy: Option<f32>,
    /// Share of the step's images that the classifier gets right, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<f32>,
    /// Mean squared error of drawn pixels in [-1, 1].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reconstruction: Option<f32>,
    /// Divergence of the posterior from the prior, in nats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub divergence: Option<f32>,
    /// What the encoder minimizes against the discriminator; `ln 2` where it cannot be told from the prior.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prior: Option<f32>,
    /// What encoder and generator minimize against the discriminator of pairs; `2 ln 2` where it cannot tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bidirectional: Option<f32>,
    /// Half the squared distance of normalized embeddings from their targets, 0 to 2; 1 where they know nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_distance: Option<f32>,
    /// Cross-entropy of a cell among all of the batch, from the rows above it, in nats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prediction: Option<f32>,
    /// What the discriminator minimizes, but for its penalty; `2 ln 2` where it cannot tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discriminator: Option<f32>,
    /// How much normalized embeddings differ: 1 where they point everywhere alike, 0 where all are one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<f32>,
    /// Independent directions in the embeddings, from 1 to the number of units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_rank: Option<f32>,
    /// 0 where all embeddings are one; the lower, the more they fill the sphere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uniformity: Option<f32>,
    /// Squared distance of the normalized embeddings of two views.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alignment: Option<f32>,
    /// Share of held-out images that their nearest training images class rightly, after an epoch, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub knn: Option<f32>,
    /// Half the squared slope of the discriminator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gradient_penalty: Option<f32>,
}

impl Metrics {
    /// The estimate that is optimized most directly: the local one, or else that of occluded images, the global one, that
    /// between views, that with a teacher or that with clusters.
    pub fn information(&self) -> Option<f32> {
        let of_images = self.local_information.or(self.occluded_information).or(self.global_information);
        of_images.or(self.view_information).or(self.teacher_information).or(self.cluster_information)
    }
}

/// Puts a number where it is recorded.
pub(super) type Record = fn(&mut Metrics, f32);

/// The parts of a step's loss, still on the device.
#[derive(Debug, Default)]
pub(super) struct Readings {
    parts: Vec<(Record, Tensor<1>)>,
    /// The same parts of other shards.
    others: Vec<Self>,
}

impl Readings {
    /// Adds a part, `[1]`, with the place where it is recorded.
    pub(super) fn push(&mut self, record: Record, value: Tensor<1>) {
        self.parts.push((record, value.inner()));
    }

    /// As [`Readings::push`], of what is not differentiated.
    pub(super) fn push_plain(&mut self, record: Record, value: Tensor<1>) {
        self.parts.push((record, value));
    }

    /// The mean of each part over shards of one objective.
    pub(super) fn mean_of(shards: Vec<Self>) -> Self {
        let mut shards = shards.into_iter();
        let first = shards.next().unwrap_or_default();
        Self { others: shards.collect(), ..first }
    }

    /// Waits for the device and copies all parts at once; `None` where one is not a number.
    pub(super) fn read(self, step: usize) -> anyhow::Result<Option<Metrics>> {
        let Self { parts, others } = self;
        let shards = 1.0 + others.len() as f32;
        let (records, mut values) = copy(parts)?;
        for other in others {
            let (_, other) = copy(other.parts)?;
            values.iter_mut().zip(other).for_each(|(sum, value)| *sum += value);
        }
        values.iter_mut().for_each(|sum| *sum /= shards);
        let mut metrics = Metrics { step, ..Metrics::default() };
        records.iter().zip(&values).for_each(|(record, value)| record(&mut metrics, *value));
        Ok(values.iter().all(|value| value.is_finite()).then_some(metrics))
    }
}

/// The only place of a step that waits for its device.
fn copy(parts: Vec<(Record, Tensor<1>)>) -> anyhow::Result<(Vec<Record>, Vec<f32>)> {
    let (records, values): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
    Ok((records, Tensor::cat(values, 0).try_to_vec_as()?))
}

/// Appends to `metrics.jsonl`.
#[derive(Debug)]
pub(super) struct MetricsLog {
    path: PathBuf,
    file: BufWriter<File>,
}

impl MetricsLog {
    /// Opens the log and drops what it says of steps after `last_step`.
    pub(super) fn open(path: &Path, last_step: usize) -> anyhow::Result<Self> {
        let kept: String = read(path)?
            .iter()
            .filter(|metrics| metrics.step <= last_step)
            .map(|metrics| serde_json::to_string(metrics).map(|line| line + "\n"))
            .collect::<Result<_, _>>()?;
        dim_host::persist::write(path, kept.as_bytes())?;
        let file = OpenOptions::new().append(true).open(path).with_context(|| path.display().to_string())?;
        Ok(Self { path: path.to_owned(), file: BufWriter::new(file) })
    }

    pub(super) fn append(&mut self, metrics: &Metrics) -> anyhow::Result<()> {
        let line = serde_json::to_string(metrics)? + "\n";
        self.file.write_all(line.as_bytes()).with_context(|| format!("writing {}", self.path.display()))
    }

    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        self.file.flush().with_context(|| format!("writing {}", self.path.display()))
    }
}

/// The metrics of a run so far; a half-written last line, as after a power cut, is left out.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<Metrics>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text.lines().map_while(|line| serde_json::from_str(line).ok()).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
    }
}
