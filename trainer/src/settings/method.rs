//! What an encoder learns by: Deep `InfoMax`, or one of the methods that the paper compares it with.

use dim_host::choices;
use dim_host::data::Dataset;

choices! {
    /// The rows of the paper's tables that train an encoder; formulas and sources are in `docs/BASELINES.md`.
    #[derive(Default)]
    pub enum Method {
        /// Deep InfoMax: mutual information of embeddings with local features or images
        #[default]
        Dim = "dim",
        /// Classification of the labelled training images: the only method that sees labels
        Supervised = "supervised",
        /// Images drawn again from their embeddings
        Autoencoder = "autoencoder",
        /// Variational autoencoder
        Vae = "vae",
        /// Variational autoencoder whose divergence from the prior is weighted
        BetaVae = "beta-vae",
        /// Autoencoder whose embeddings an adversary compares with a prior
        Aae = "aae",
        /// Images with embeddings against drawn images with what they were drawn from, before an adversary
        Bigan = "bigan",
        /// Noise as targets: a random point on the sphere for each image
        Nat = "nat",
        /// Contrastive predictive coding: lower crops from the upper ones, for encoders on crops only
        Cpc = "cpc",
    }
    not offered {
        /// None: the weights were learned elsewhere, and `dim import-torch` made the run
        Imported = "imported",
    }
}

impl Method {
    /// Whether it learns from labels, and so from labelled images only.
    pub const fn reads_labels(self) -> bool {
        matches!(self, Self::Supervised)
    }

    /// Number of images that it learns from.
    pub fn images_of(self, dataset: &Dataset) -> usize {
        if self.reads_labels() { dataset.train.len() } else { dataset.training_len() }
    }

    /// Whether it draws images, again or anew.
    pub const fn draws_images(self) -> bool {
        self.reconstructs() || matches!(self, Self::Bigan)
    }

    /// Whether it draws images again from their embeddings.
    pub const fn reconstructs(self) -> bool {
        matches!(self, Self::Autoencoder | Self::Vae | Self::BetaVae | Self::Aae)
    }

    /// Whether embeddings are means of a distribution that the decoder sees samples of.
    pub const fn is_variational(self) -> bool {
        matches!(self, Self::Vae | Self::BetaVae)
    }

    /// Whether a discriminator may compare embeddings with a prior.
    pub const fn has_prior_matching(self) -> bool {
        matches!(self, Self::Dim | Self::Aae)
    }

    /// Whether it is defined for one embedding of an image only.
    pub const fn needs_one_embedding(self) -> bool {
        self.draws_images() || matches!(self, Self::Nat)
    }
}

#[cfg(test)]
mod tests {
    use dim_host::choice::Choice;

    use super::*;

    #[test]
    fn files_command_line_and_reports_use_one_name() {
        for method in Method::OFFERED {
            assert_eq!(serde_json::to_value(method).unwrap(), method.name());
        }
    }
}
