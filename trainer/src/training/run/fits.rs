//! Whether there is enough to learn from.

use anyhow::ensure;
use dim_host::data::{Dataset, crop_fits};

use super::folder::Run;
use crate::settings::Method;

impl Run {
    /// Checks that images fit the encoder, as they are or cropped.
    ///
    /// # Errors
    /// Naming both shapes.
    pub fn check_shape(&self, dataset: &Dataset) -> anyhow::Result<()> {
        let (architecture, images) = (self.architecture(), &dataset.train);
        ensure!(
            crop_fits(images.shape, architecture.input),
            "{} takes {} images, {} has {}; choose another preset, or describe an encoder of that size",
            architecture.name,
            architecture.input,
            dataset.name,
            images.shape
        );
        Ok(())
    }

    /// Checks that there is enough to learn from: images that fit the encoder, a whole batch of them, and classes where the
    /// method reads them.
    pub(in crate::training) fn check_dataset(&self, dataset: &Dataset) -> anyhow::Result<()> {
        self.check_shape(dataset)?;
        if self.config.method == Method::Imported {
            return Ok(());
        }
        if self.config.method.reads_labels() {
            dataset.labels()?;
        }
        let images = self.config.method.images_of(dataset);
        self.config.check_batch(images)?;
        self.config.check_clusters(images)
    }
}
