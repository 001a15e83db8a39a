//! Ranges of the settings, and which of them go together.

use anyhow::ensure;

use super::{Arithmetic, Method, Precision, Prior, PriorMatching, TrainConfig, Views};
use crate::architecture::{Architecture, Preset};

impl TrainConfig {
    /// Checks the ranges of all settings.
    ///
    /// # Errors
    /// Naming the first setting that cannot work, and what would.
    pub fn validate(&self) -> anyhow::Result<()> {
        let is_learned_here = self.method != Method::Imported;
        ensure!(
            is_learned_here,
            "method = \"imported\": its weights were learned elsewhere, there is nothing to train"
        );
        ensure!(self.epochs >= 1, "epochs = 0: train for at least 1");
        ensure!(self.batch_size >= 2, "batch_size = {}: negatives need at least 2 images", self.batch_size);
        let (batch, shards) = (self.batch_size, self.shards);
        ensure!(shards >= 1, "shards = 0: a batch is at least one");
        ensure!(
            batch.is_multiple_of(shards) && batch / shards >= 2,
            "batch_size = {batch}: does not make {shards} equal shards of at least 2 images; set a multiple of {shards}, \
             {} or more",
            2 * shards
        );
        let units = self.critic_units;
        ensure!((1..=65_535).contains(&units), "critic_units = {units}: must be at least 1 and at most 65535");
        let rate = self.learning_rate;
        ensure!(rate.is_finite() && rate > 0.0, "learning_rate = {rate}: must be a positive number");
        let warm_up = self.warm_up;
        ensure!(
            (0.0..=self.epochs as f64).contains(&warm_up),
            "warm_up = {warm_up}: must be at least 0 and at most the {} epochs",
            self.epochs
        );
        for (name, share) in [("weight_decay", self.weight_decay), ("gradient_clip", self.gradient_clip)] {
            ensure!(share.is_finite() && share >= 0.0, "{name} = {share}: must be 0 or a positive number");
        }
        let average = self.weight_average;
        ensure!((0.0..1.0).contains(&average), "weight_average = {average}: must be at least 0 and below 1");
        for (name, decay) in [("beta_1", self.beta_1), ("beta_2", self.beta_2)] {
            ensure!((0.0..1.0).contains(&decay), "{name} = {decay}: must be at least 0 and below 1");
        }
        let encoder = &self.encoder;
        ensure!(
            !self.whitening || encoder.ends_linear(),
            "whitening = true: is taken in by a last layer that is linear, without ReLU or normalization, which {} has not",
            encoder.name
        );
        ensure!(self.metrics_every >= 1, "metrics_every = 0: read them every 1 or more steps");
        self.validate_arithmetic()?;
        self.validate_local_maps()?;
        self.validate_objective()?;
        self.validate_views()?;
        self.validate_method()
    }

    /// What asks for more than the method does is refused; how critics are built goes without effect where there are none.
    fn validate_method(&self) -> anyhow::Result<()> {
        let (name, usual) = (self.method.name(), Self::default());
        let kl_weight = self.kl_weight;
        ensure!(kl_weight.is_finite() && kl_weight > 0.0, "kl_weight = {kl_weight}: must be a positive number");
        let weighs_divergence = self.method == Method::BetaVae || kl_weight == usual.kl_weight;
        ensure!(weighs_divergence, "kl_weight = {kl_weight}: without effect; set method = \"beta-vae\"");
        if self.method == Method::Dim {
            return Ok(());
        }
        for (setting, value, usual) in [
            ("alpha", self.alpha, usual.alpha),
            ("beta", self.beta, usual.beta),
            ("coordinates", self.coordinates, usual.coordinates),
            ("relative_coordinates", self.relative_coordinates, usual.relative_coordinates),
            ("occlusion", self.occlusion, usual.occlusion),
            ("view_information", self.view_information, usual.view_information),
        ] {
            ensure!(value == usual, "{setting} = {value}: is a weight of method = \"dim\"; leave it out with {name:?}");
        }
        ensure!(self.teacher.is_none(), "teacher: only method = \"dim\" learns from one, not {name:?}; leave it out");
        let learns_clusters = !self.clusters_of.is_empty();
        ensure!(!learns_clusters, "clusters_of: only method = \"dim\" learns clusters, not {name:?}; leave it out");
        let views = self.views.name();
        ensure!(self.views == Views::One, "views = {views:?}: only method = \"dim\" compares views, not {name:?}");
        let matching = self.prior_matching;
        ensure!(
            matching == PriorMatching::Adversarial,
            "prior_matching = {:?}: only method = \"dim\" has it, not {name:?}",
            matching.name()
        );
        ensure!(
            self.method != Method::Aae || self.gamma > 0.0,
            "gamma = 0: an aae without its adversary is an autoencoder; set gamma above 0, or method = \"autoencoder\""
        );
        self.validate_game()?;
        let (encoder, globals) = (&self.encoder.name, self.encoder.globals());
        ensure!(
            globals == 1 || !self.method.needs_one_embedding(),
            "method = {name:?}: needs one embedding per image, {encoder} makes {globals}"
        );
        ensure!(
            self.encoder.is_folded() || self.method != Method::Cpc,
            "method = \"cpc\": predicts crops of an image, {encoder} sees it whole; set preset to one of {}",
            presets_on_crops()
        );
        Ok(())
    }

    /// What an adversary is set to is refused where there is none; a `gamma` of 0 asks for nothing.
    fn validate_game(&self) -> anyhow::Result<()> {
        let (name, usual) = (self.method.name(), Self::default());
        let (gamma, penalty, prior) = (self.gamma, self.gradient_penalty, self.prior.name());
        if !self.method.has_prior_matching() {
            ensure!(
                gamma == 0.0 || gamma == usual.gamma,
                "gamma = {gamma}: weights prior matching of method = \"dim\" or \"aae\"; leave it out with {name:?}"
            );
            ensure!(
                penalty == 0.0,
                "gradient_penalty = {penalty}: is of prior matching with method = \"dim\" or \"aae\", not {name:?}"
            );
        }
        let has_game = self.method.has_prior_matching() || self.method == Method::Bigan;
        ensure!(
            has_game || self.prior == usual.prior,
            "prior = {prior:?}: without effect; leave it out with method = {name:?}"
        );
        ensure!(
            has_game || self.prior_updates == usual.prior_updates,
            "prior_updates = \"alternating\": without effect; leave it out with method = {name:?}"
        );
        Ok(())
    }

    fn validate_objective(&self) -> anyhow::Result<()> {
        for (name, weight) in [
            ("view_information", self.view_information),
            ("teacher_information", self.teacher_information),
            ("cluster_information", self.cluster_information),
            ("temperature", self.temperature),
            ("alpha", self.alpha),
            ("beta", self.beta),
            ("gamma", self.gamma),
            ("score_clip", self.score_clip),
            ("score_penalty", self.score_penalty),
            ("gradient_penalty", self.gradient_penalty),
            ("coordinates", self.coordinates),
            ("relative_coordinates", self.relative_coordinates),
        ] {
            ensure!(weight.is_finite() && weight >= 0.0, "{name} = {weight}: must be 0 or a positive number");
        }
        ensure!(
            self.alpha + self.beta + self.view_information + self.teacher_weight() + self.cluster_weight() > 0.0,
            "beta = 0: with alpha = 0, view_information = 0, no teacher and no clusters nothing would be learned"
        );
        self.validate_teacher()?;
        self.validate_clusters()?;
        let information = self.view_information;
        ensure!(
            information == 0.0 || self.views != Views::One,
            "view_information = {information}: is of two views; set views = \"two\""
        );
        let width = self.projector;
        ensure!(width <= 65_535, "projector = {width}: must be at most 65535");
        let (encoder, globals) = (&self.encoder.name, self.encoder.globals());
        for (name, weight) in [("coordinates", self.coordinates), ("relative_coordinates", self.relative_coordinates)] {
            let one = globals == 1 || weight == 0.0;
            ensure!(one, "{name} = {weight}: needs one embedding per image, {encoder} makes {globals}");
        }
        let share = self.occlusion;
        ensure!((0.0..=1.0).contains(&share), "occlusion = {share}: must be at least 0 and at most 1");
        if share > 0.0 {
            ensure!(self.beta > 0.0, "occlusion = {share}: is a share of the local objective; set beta above 0");
            self.validate_block()?;
        }
        if self.prior_matching == PriorMatching::Noise {
            let (noise, gamma) = (self.prior_noise, self.gamma);
            ensure!(noise.is_finite() && noise > 0.0, "prior_noise = {noise}: must be a positive number");
            ensure!(
                gamma == 0.0,
                "gamma = {gamma}: weights the discriminator, which noise does without; set gamma = 0"
            );
            let prior = self.prior;
            let has_noise = matches!(prior, Prior::Uniform | Prior::Gaussian);
            ensure!(has_noise, "prior = {:?}: noise makes uniform or gaussian embeddings only", prior.name());
        }
        if matches!(self.prior_matching, PriorMatching::Moments | PriorMatching::Sketch) {
            let (matching, prior) = (self.prior_matching.name(), self.prior.name());
            ensure!(
                self.prior == Prior::Gaussian,
                "prior = {prior:?}: prior_matching = {matching:?} makes gaussian embeddings only; set prior = \"gaussian\""
            );
        }
        let penalty = self.gradient_penalty;
        ensure!(penalty == 0.0 || self.gamma > 0.0, "gradient_penalty = {penalty}: without effect where gamma = 0");
        Ok(())
    }

    fn validate_block(&self) -> anyhow::Result<()> {
        let (block, input) = (self.occlusion_block, self.encoder.input);
        let [height, width] = [input.height, input.width].map(usize::from);
        ensure!(
            block >= 1 && block <= height.min(width) && 2 * block <= height.max(width),
            "occlusion_block = {block}: one must be hidden and one visible in {input} images; choose 1 to {}",
            height.min(width).min(height.max(width) / 2)
        );
        Ok(())
    }

    /// The device's integers are of operators that a file can name, and beside floats of 32 bits.
    fn validate_arithmetic(&self) -> anyhow::Result<()> {
        if self.arithmetic == Arithmetic::Float {
            return Ok(());
        }
        let precision = self.precision;
        ensure!(
            precision == Precision::F32,
            "precision = {:?}: the device's arithmetic has gradients in f32 only; set precision = \"f32\"",
            precision.name()
        );
        Ok(self.encoder.check_operators()?)
    }

    /// Why the device's arithmetic cannot be set from the start.
    pub(crate) const NEEDS_TRAINED_ENCODER: &str = "arithmetic: the device's integers need the ranges of a trained \
                                                     encoder; train with \"float\", then run `dim finetune`";

    /// Checks that settings can be trained with from the start.
    ///
    /// # Errors
    /// Of settings that only `dim finetune` makes.
    pub fn check_starts_fresh(&self) -> anyhow::Result<()> {
        ensure!(self.arithmetic == Arithmetic::Float, Self::NEEDS_TRAINED_ENCODER);
        Ok(())
    }

    /// Checks that there is at least one whole batch.
    ///
    /// # Errors
    /// Naming both numbers.
    pub fn check_batch(&self, images: usize) -> anyhow::Result<()> {
        ensure!(images >= self.batch_size, "batch_size = {}: more than the {images} training images", self.batch_size);
        Ok(())
    }
}

/// Names of the presets that cut images into crops.
fn presets_on_crops() -> String {
    let architectures = Preset::all().iter().map(|preset| preset.architecture());
    architectures.filter(Architecture::is_folded).map(|on_crops| on_crops.name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
