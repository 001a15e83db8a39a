//! Runs whose weights were learned elsewhere: `evaluate`, `quantize` and `compare` take them like any other.

use std::path::Path;

use burn::tensor::Device;
use dim_host::data::Dataset;
use serde::{Deserialize, Serialize};

use super::Run;
use super::checkpoint::{self, Position};
use super::step::Learner;
use crate::model::LayerNumbers;
use crate::settings::TrainConfig;

/// Where the weights are from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Name of the file.
    pub file: String,
    /// Of its bytes, in hexadecimal.
    pub sha256: String,
}

impl Imported {
    /// In place of an objective.
    pub(super) fn objective(&self) -> String {
        let Self { file, sha256 } = self;
        format!("imported ({file}, sha256 {sha256:.16})")
    }
}

impl Run {
    /// Makes a run in `folder` with these numbers, one for each layer; an earlier run there is replaced. `dataset` is what
    /// later commands open if they are not told otherwise: it is measured on, and calibrated with.
    ///
    /// # Errors
    /// If images and encoder do not fit, or a file cannot be written.
    pub fn import(
        folder: &Path,
        config: TrainConfig,
        dataset: &Dataset,
        imported: Imported,
        numbers: &[Option<LayerNumbers>],
        device: &Device,
    ) -> anyhow::Result<Self> {
        let mut run = Self::create(folder, config, dataset)?;
        let (mut networks, discriminator) = run.initialize(&device.clone().autodiff());
        networks.encoder = networks.encoder.with_numbers(numbers);
        let learner = Learner::new(networks, discriminator, &run.config, run.config.method.images_of(dataset));
        run.write_imported(imported)?;
        checkpoint::save(&run.checkpoint_path(), &learner, Position { epoch: 0, step_in_epoch: 0 })?;
        Ok(run)
    }
}
