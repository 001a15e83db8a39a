//! What embeddings tell of the clusters that their images belong to.

use burn::tensor::activation::log_softmax;

use super::belonging::Belonging;
use super::forward::Forward;
use super::sum::WeightedSum;
use crate::fused::linear;
use crate::model::DeepInfoMax;
use crate::training::metrics::Record;

impl Forward {
    /// Adds a lower bound of the information between embeddings Y and clusters C: `I(C; Y) = H(C) - H(C | Y)` is at least
    /// `H(C) + E[log q(c | y)]` for any q (Barber and Agakov 2003), which is linear in y here but for the softmax.
    pub(super) fn add_cluster_information(&self, networks: &DeepInfoMax, sum: &mut WeightedSum<'_>) {
        let (Some(decoder), Some(Belonging { shares, entropy })) = (&networks.cluster_decoder, &self.belonging) else {
            return;
        };
        let [rows, _] = self.output.embedding.dims();
        let [batch, _] = shares.dims();
        // Every view and every embedding of an image tells of the same clusters.
        let shares = shares.clone().repeat_dim(0, rows / batch);
        let told = log_softmax(linear(decoder, self.output.embedding.clone()), 1);
        let information = (shares * told).sum() / rows as f64 + *entropy;
        let record: Record = |metrics, value| metrics.cluster_information = Some(value);
        sum.add_information(sum.config.cluster_information, information, record);
    }
}
