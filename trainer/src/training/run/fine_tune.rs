//! Runs that go on from a trained encoder in the device's arithmetic, so that it learns to make up for its rounding.

use std::path::Path;

use anyhow::{Context, ensure};
use burn::tensor::Device;
use dim_host::data::Dataset;
use serde::{Deserialize, Serialize};

use super::Run;
use super::checkpoint::{self, Position};
use super::step::Learner;
use crate::quantize::{DeviceArithmetic, Range};
use crate::settings::TrainConfig;

/// What a run was before its encoder was fine-tuned, and what decides the device's integers since.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FineTuning {
    /// Whole passes that the encoder had learned.
    pub epochs_before: usize,
    /// Name and fingerprint of the data that it had learned from.
    pub dataset_before: String,
    /// Of each layer's output, observed before; the device's scales and zero points follow from them, in every step and
    /// in the `.dim` file.
    pub ranges: Vec<Range>,
}

impl FineTuning {
    /// Checks what was read from a file.
    pub(super) fn check(&self, layers: usize) -> anyhow::Result<()> {
        let found = self.ranges.len();
        ensure!(found == layers, "{found} ranges for {layers} layers");
        let spans_zero = |range: &Range| range.min <= 0.0 && range.max >= 0.0;
        ensure!(self.ranges.iter().all(spans_zero), "a range does not span 0");
        Ok(())
    }
}

impl Run {
    /// Makes a run in `folder` with the networks of `trained`, to learn on with `config` and the device's arithmetic; an
    /// earlier run there is replaced. The optimizers start afresh, since they knew other gradients.
    ///
    /// # Errors
    /// If `trained` has no checkpoint, its networks do not fit `config` and `dataset`, or a file cannot be written.
    pub fn fine_tune(
        folder: &Path,
        trained: &Self,
        config: TrainConfig,
        dataset: &Dataset,
        ranges: Vec<Range>,
        device: &Device,
    ) -> anyhow::Result<Self> {
        let images = config.method.images_of(dataset);
        let fresh = || {
            let (networks, discriminator) = trained.initialize(&device.clone().autodiff());
            Learner::new(networks, discriminator, &config, images)
        };
        let (learned, _) = checkpoint::load(&trained.trained_path()?, fresh())?;
        let Learner { optimizer, discriminator_optimizer, .. } = fresh();
        let learner = Learner { optimizer, discriminator_optimizer, ..learned };
        let tuning = FineTuning {
            epochs_before: trained.epochs_done()?.whole,
            dataset_before: format!("{} ({})", trained.dataset.name, trained.dataset.fingerprint),
            ranges,
        };
        let mut run = Self::create(folder, config, dataset)?;
        run.write_fine_tuning(tuning)?;
        checkpoint::save(&run.checkpoint_path(), &learner, Position { epoch: 0, step_in_epoch: 0 })?;
        Ok(run)
    }

    /// The device's arithmetic, of a run that learns in it.
    pub(super) fn device_arithmetic(&self) -> anyhow::Result<Option<DeviceArithmetic>> {
        let Some(integers) = self.config.arithmetic.integers() else { return Ok(None) };
        let tuning = self.fine_tuning.as_ref();
        let ranges = tuning.context(TrainConfig::NEEDS_TRAINED_ENCODER)?.ranges.clone();
        Ok(Some(DeviceArithmetic { ranges, integers }))
    }
}
