//! Runs whose weights were learned elsewhere: `evaluate`, `quantize` and `compare` take them like any other.

use std::path::Path;

use burn::tensor::Device;
use dim_host::data::Dataset;

use super::Imported;
use super::folder::Run;
use crate::model::LayerNumbers;
use crate::settings::TrainConfig;
use crate::training::checkpoint;
use crate::training::position::Position;
use crate::training::step::Learner;

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
        checkpoint::save(&run.checkpoint_path(), &learner, None, Position { epoch: 0, step_in_epoch: 0 })?;
        Ok(run)
    }
}
