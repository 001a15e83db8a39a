//! Learning which clusters an image belongs to, by embeddings that others computed.

use anyhow::ensure;

use super::TrainConfig;

impl TrainConfig {
    /// Weight of what clusters add to the loss; 0 where there are none.
    pub(super) fn cluster_weight(&self) -> f64 {
        if self.clusters_of.is_empty() { 0.0 } else { self.cluster_information }
    }

    /// Checks that clusters have a weight and a number that can work, and that neither stands there without them.
    pub(super) fn validate_clusters(&self) -> anyhow::Result<()> {
        let (weight, clusters, usual) = (self.cluster_information, self.clusters, Self::default());
        if self.clusters_of.is_empty() {
            let remedy = "without effect; name files of embeddings by clusters_of";
            ensure!(weight == usual.cluster_information, "cluster_information = {weight}: {remedy}");
            ensure!(clusters == usual.clusters, "clusters = {clusters}: {remedy}");
            return Ok(());
        }
        ensure!(
            weight > 0.0,
            "cluster_information = 0: nothing would be learned of clusters; set it above 0, or leave out clusters_of"
        );
        ensure!((2..=65_535).contains(&clusters), "clusters = {clusters}: must be at least 2 and at most 65535");
        Ok(())
    }

    /// Checks that there are as many images as clusters, where there are any.
    ///
    /// # Errors
    /// Naming both numbers.
    pub fn check_clusters(&self, images: usize) -> anyhow::Result<()> {
        let clusters = self.clusters;
        ensure!(
            self.clusters_of.is_empty() || clusters <= images,
            "clusters = {clusters}: there are {images} images to learn from; make it smaller"
        );
        Ok(())
    }
}
