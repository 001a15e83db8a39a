//! Runs that go on from a trained encoder in the device's arithmetic, so that it learns to make up for its rounding.

use std::path::Path;

use burn::tensor::Device;
use dim_host::data::Dataset;

use super::FineTuning;
use super::folder::Run;
use crate::quantize::Range;
use crate::settings::TrainConfig;
use crate::training::checkpoint;
use crate::training::position::Position;
use crate::training::step::Learner;

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
            whitened: None,
        };
        let mut run = Self::create(folder, config, dataset)?;
        run.write_fine_tuning(tuning)?;
        checkpoint::save(&run.checkpoint_path(), &learner, None, Position { epoch: 0, step_in_epoch: 0 })?;
        Ok(run)
    }
}
