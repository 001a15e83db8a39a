//! The embeddings whose clusters a run learns.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use dim_host::data::Dataset;
use dim_host::representation::Features;

use super::clustered::{Clustered, read};
use super::folder::Run;
use crate::settings::TrainConfig;

impl Run {
    /// The embeddings whose clusters this run learns, `[images, units]` of each file.
    ///
    /// # Errors
    /// If a file is gone, or is another one than when this run began.
    pub(in crate::training) fn embeddings(&self, dataset: &Dataset) -> anyhow::Result<Vec<Features>> {
        let files = Self::embeddings_for(&self.config, dataset)?;
        for ((path, known), (_, found)) in self.config.clusters_of.iter().zip(&self.clustered).zip(&files) {
            ensure!(
                found.sha256 == known.sha256,
                "clusters_of: {}: is not the file that {} has learned from (sha256 {:.16}, not {:.16}); put that one back, or \
                 name its place in config.toml",
                path.display(),
                self.folder().display(),
                found.sha256,
                known.sha256
            );
        }
        // A limit keeps the first images.
        let images = self.config.method.images_of(dataset);
        let first = |(mut features, _): (Features, _)| {
            features.values.truncate(images * features.width);
            features
        };
        Ok(files.into_iter().map(first).collect())
    }

    /// The embeddings that runs with these settings learn the clusters of, one row for each image to learn from, or more where a
    /// limit keeps the first images.
    ///
    /// # Errors
    /// Naming the file that cannot be read, or has another number of rows.
    pub(in crate::training) fn embeddings_for(
        config: &TrainConfig,
        dataset: &Dataset,
    ) -> anyhow::Result<Vec<(Features, Clustered)>> {
        let images = config.method.images_of(dataset);
        let read = |path: &PathBuf| {
            let (features, file) = read(path)?;
            ensure!(
                file.images == images || config.limit > 0 && file.images > images,
                "{}: {} rows, {} has {images} images to learn from; compute one for each, in their order, such as by `dim embed \
                 --split train`",
                path.display(),
                file.images,
                dataset.name
            );
            Ok((features, file))
        };
        config.clusters_of.iter().map(read).collect::<anyhow::Result<_>>().context("clusters_of")
    }
}
