//! The settings of a run, as in its `config.toml`.

use std::path::PathBuf;

use dim_host::data::{Augmentation, Levels};
use serde::{Deserialize, Serialize};

use super::{
    Arithmetic, Estimator, GlobalCriticKind, Initialization, LocalCriticKind, Method, Precision, Prior, PriorMatching,
    PriorUpdates, Schedule, Views,
};
use crate::architecture::{Architecture, Preset};

/// Every setting that changes what is learned. A file may leave out any of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainConfig {
    /// What the encoder learns by.
    pub method: Method,
    /// What encodes images. A file names a preset by `preset`, or a file of its own by `encoder`; [`TrainConfig::to_toml`]
    /// writes the whole description.
    #[serde(skip)]
    pub encoder: Architecture,
    /// Folder of the data set, or `embedded`.
    pub data: String,
    /// Train on the first images only; 0 takes all.
    pub limit: usize,
    /// Values of the files that become 0 and 255; without them, bytes stay as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub levels: Option<Levels>,
    /// Count damaged pictures and go on without them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub skip_damaged: bool,
    /// Passes over the training images.
    pub epochs: usize,
    /// Images of a step; an incomplete last batch is dropped.
    pub batch_size: usize,
    /// Equal parts of a batch, each for a device of its own. Negatives and the statistics of batch normalization are
    /// those of a part, and the loss is the mean over the parts.
    pub shards: usize,
    /// Seed of initialization, shuffling and prior samples.
    pub seed: u64,
    /// Adam's step size.
    pub learning_rate: f64,
    /// What becomes of the step size.
    pub schedule: Schedule,
    /// Epochs over which the step size first grows from 0.
    pub warm_up: f64,
    /// Share of a weight that is taken away in a step, times the step size; not of biases and normalizations
    /// (Loshchilov and Hutter 2019).
    pub weight_decay: f64,
    /// Largest norm of all gradients together, to which longer ones are cut; 0 leaves them.
    pub gradient_clip: f64,
    /// Decay of the encoder's averaged weights, which evaluation and quantization then take; 0 keeps none.
    pub weight_average: f64,
    /// Bring embeddings to mean 0 and covariance 1 over the training images when the run ends, by the last layer alone.
    pub whitening: bool,
    /// Adam's decay of the mean gradient.
    pub beta_1: f32,
    /// Adam's decay of the squared gradient.
    pub beta_2: f32,
    /// Weight of the global objective.
    pub alpha: f64,
    /// Weight of the local objective.
    pub beta: f64,
    /// Weight of adversarial prior matching; 0 leaves it out.
    pub gamma: f64,
    /// What is maximized of the scores.
    pub estimator: Estimator,
    /// What scores embeddings with local features.
    pub local_critic: LocalCriticKind,
    /// Layers, by the names in the encoder's description, whose outputs are local maps beside the local feature map.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub local_maps: Vec<String>,
    /// What scores embeddings with images.
    pub global_critic: GlobalCriticKind,
    /// Dimensions in which an encode-and-dot critic compares.
    pub critic_units: usize,
    /// Embeddings that a critic scores at a time, to save memory; 0 scores all at once. The result is the same.
    pub critic_chunk: usize,
    /// Divide dot products by the square root of the critic's units. The paper does not; it steadies short runs.
    pub scaled_scores: bool,
    /// What cosines are divided by that encode-and-dot critics then compare by; 0 compares by dot products.
    pub temperature: f64,
    /// Weight of the information between the embeddings of two views: the global objective across views.
    pub view_information: f64,
    /// Width of the two layers that these embeddings go through before they are compared; 0 compares them as they are.
    pub projector: usize,
    /// Run folder of a trained encoder to learn from; a file may name it from where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub teacher: Option<PathBuf>,
    /// Weight of the information between embeddings and the teacher's.
    pub teacher_information: f64,
    /// NumPy files of embeddings of the training images, `[images, units]`, whose clusters are to be told; a file may name them
    /// from where it stands.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clusters_of: Vec<PathBuf>,
    /// How many clusters.
    pub clusters: usize,
    /// Weight of the information between embeddings and clusters, of which there is little: tenths of a nat.
    pub cluster_information: f64,
    /// `c` of `c tanh(score / c)`; 0 leaves scores as they are.
    pub score_clip: f64,
    /// Weight of the mean squared score.
    pub score_penalty: f64,
    /// How embeddings are made to look like the prior.
    pub prior_matching: PriorMatching,
    /// What embeddings are made to look like.
    pub prior: Prior,
    /// Half-width of uniform noise, or deviation of gaussian noise, with `prior_matching = "noise"`.
    pub prior_noise: f64,
    /// Which of encoder and discriminator moves first.
    pub prior_updates: PriorUpdates,
    /// Weight of the discriminator's gradient penalty.
    pub gradient_penalty: f64,
    /// Weight of predicting where a cell lies.
    pub coordinates: f64,
    /// Weight of predicting where two cells lie from one another.
    pub relative_coordinates: f64,
    /// Share of the local objective whose embedding is of an occluded image; the paper's task is 1.
    pub occlusion: f64,
    /// Side, in pixels, of a square that is surely hidden and of one that surely is not.
    pub occlusion_block: usize,
    /// Weight of the posterior's divergence from the prior, with `method = "beta-vae"`.
    pub kl_weight: f64,
    /// What positives are: an image with its own cells, or with those of another view of it.
    pub views: Views,
    /// Small crops of each image, with `views = "crops"`.
    pub small_crops: usize,
    /// What a step sees of an image; each view is drawn on its own.
    pub augmentation: Augmentation,
    /// Epochs over which the strength of the augmentation first grows from 0; 0 has all of it from the start.
    pub augmentation_growth: f64,
    /// Share of the views that are blurred.
    pub blur: f64,
    /// How weights are drawn.
    pub initialization: Initialization,
    /// What the layers of encoder and critics compute in while they learn.
    pub precision: Precision,
    /// What the encoder's forward pass computes with; `dim finetune` sets it.
    pub arithmetic: Arithmetic,
    /// Epochs between two classifications of held-out images by their nearest training images; 0 makes none.
    pub knn_every: usize,
    /// Steps between two lines of `metrics.jsonl`; the last step of an epoch always has one.
    pub metrics_every: usize,
}

impl Default for TrainConfig {
    /// The paper's settings for DIM(L) with a critic for a CPU (the paper's has 2048 units).
    fn default() -> Self {
        Self {
            method: Method::default(),
            encoder: Preset::default().architecture(),
            data: "embedded".to_owned(),
            limit: 0,
            levels: None,
            skip_damaged: false,
            epochs: 10,
            batch_size: 64,
            shards: 1,
            seed: 0,
            learning_rate: 1e-4,
            schedule: Schedule::default(),
            warm_up: 0.0,
            weight_decay: 0.0,
            gradient_clip: 0.0,
            weight_average: 0.0,
            whitening: false,
            beta_1: 0.5,
            beta_2: 0.999,
            alpha: 0.0,
            beta: 1.0,
            gamma: 0.1,
            estimator: Estimator::default(),
            local_critic: LocalCriticKind::default(),
            local_maps: Vec::new(),
            global_critic: GlobalCriticKind::default(),
            critic_units: 512,
            critic_chunk: 0,
            scaled_scores: false,
            temperature: 0.0,
            view_information: 0.0,
            projector: 0,
            teacher: None,
            teacher_information: 1.0,
            clusters_of: Vec::new(),
            clusters: 512,
            cluster_information: 30.0,
            score_clip: 0.0,
            score_penalty: 0.0,
            prior_matching: PriorMatching::default(),
            prior: Prior::default(),
            prior_noise: 0.1,
            prior_updates: PriorUpdates::default(),
            gradient_penalty: 0.0,
            coordinates: 0.0,
            relative_coordinates: 0.0,
            occlusion: 0.0,
            occlusion_block: 10,
            kl_weight: 4.0,
            views: Views::default(),
            small_crops: Self::SMALL_CROPS,
            augmentation: Augmentation::default(),
            augmentation_growth: 0.0,
            blur: 0.0,
            initialization: Initialization::default(),
            precision: Precision::default(),
            arithmetic: Arithmetic::default(),
            knn_every: 0,
            metrics_every: 1,
        }
    }
}

impl TrainConfig {
    /// Small crops of an image where nothing else is said; Caron et al. 2020 have 4 or 6.
    const SMALL_CROPS: usize = 4;

    /// Views of each image that the encoder sees in a step, small crops among them.
    pub fn views_per_image(&self) -> usize {
        match self.views {
            Views::Crops => self.views.large() + self.small_crops,
            Views::One | Views::Two => self.views.large(),
        }
    }

    /// Images that the encoder sees in a step.
    pub fn images_per_step(&self) -> usize {
        self.views_per_image() * self.batch_size
    }

    /// Images that are compared with one another.
    pub fn images_per_shard(&self) -> usize {
        self.batch_size / self.shards
    }

    /// Whether embeddings are moved towards the prior.
    pub fn matches_prior(&self) -> bool {
        self.method.has_prior_matching() && self.gamma > 0.0
    }

    /// Whether a discriminator learns.
    pub fn has_adversary(&self) -> bool {
        let compares = self.prior_matching == PriorMatching::Adversarial;
        self.matches_prior() && compares || self.method == Method::Bigan
    }

    /// Weight of the posterior's divergence from the prior, of a variational method.
    pub fn divergence_weight(&self) -> f64 {
        if self.method == Method::BetaVae { self.kl_weight } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_leave_out_settings() {
        let config: TrainConfig = toml::from_str("epochs = 3").unwrap();
        assert_eq!(config, TrainConfig { epochs: 3, ..TrainConfig::default() });
    }

    #[test]
    fn choices_are_named_in_files_as_in_the_documentation() {
        let text = "method = \"beta-vae\"\nestimator = \"infonce\"\nlocal_critic = \"encode-and-dot-paper\"\nglobal_critic = \"concat-mlp\"\n\
                    prior = \"sphere\"\nprior_matching = \"noise\"\nprior_updates = \"alternating\"\n\
                    initialization = \"pytorch-0.4\"\nviews = \"two\"\n\
                    augmentation = \"shift-tone\"\n";
        let config: TrainConfig = toml::from_str(text).unwrap();
        let expected = TrainConfig {
            method: Method::BetaVae,
            estimator: Estimator::InfoNce,
            local_critic: LocalCriticKind::EncodeAndDotPaper,
            prior: Prior::Sphere,
            prior_matching: PriorMatching::Noise,
            prior_updates: PriorUpdates::Alternating,
            initialization: Initialization::Pytorch04,
            views: Views::Two,
            augmentation: Augmentation::ShiftTone,
            ..TrainConfig::default()
        };
        assert_eq!(config, expected);
        assert_eq!(toml::from_str::<TrainConfig>(&toml::to_string(&expected).unwrap()).unwrap(), expected);
    }
}
