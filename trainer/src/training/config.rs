//! The settings of a run, as in its `config.toml`.

use std::path::Path;

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use crate::model::Preset;

/// Every setting that changes what is learned. A file may leave out any of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainConfig {
    /// Encoder architecture.
    pub preset: Preset,
    /// Folder of the data set, or `embedded`.
    pub data: String,
    /// Train on the first images only; 0 takes all.
    pub limit: usize,
    /// Passes over the training images.
    pub epochs: usize,
    /// Images of a step; an incomplete last batch is dropped.
    pub batch_size: usize,
    /// Seed of initialization, shuffling and prior samples.
    pub seed: u64,
    /// Adam's step size.
    pub learning_rate: f64,
    /// Adam's decay of the mean gradient.
    pub beta_1: f32,
    /// Adam's decay of the squared gradient.
    pub beta_2: f32,
    /// Weight of the global objective; 0 until it is built.
    pub alpha: f64,
    /// Weight of the local objective.
    pub beta: f64,
    /// Weight of prior matching.
    pub gamma: f64,
    /// Dimensions in which the critic compares local features and embeddings.
    pub critic_units: usize,
    /// Divide scores by the square root of the critic's units. The paper does not; it steadies short runs.
    pub scaled_scores: bool,
    /// What positives are: an image with its own cells, or with those of another view of it.
    pub views: Views,
}

/// What embedding and local features of a positive pair come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Views {
    /// The same image, as it is: the paper.
    #[default]
    One,
    /// Two random views of the image, each predicting the other's local features (Bachman et al. 2019).
    Two,
}

impl Default for TrainConfig {
    /// The paper's settings for DIM(L) with a critic for a CPU (the paper's has 2048 units).
    fn default() -> Self {
        Self {
            preset: Preset::default(),
            data: "embedded".to_owned(),
            limit: 0,
            epochs: 10,
            batch_size: 64,
            seed: 0,
            learning_rate: 1e-4,
            beta_1: 0.5,
            beta_2: 0.999,
            alpha: 0.0,
            beta: 1.0,
            gamma: 0.1,
            critic_units: 512,
            scaled_scores: false,
            views: Views::One,
        }
    }
}

impl TrainConfig {
    /// Reads a TOML file.
    ///
    /// # Errors
    /// Naming the file, and the key that is unknown or has the wrong type.
    pub fn from_file(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        let config = toml::from_str(&text).map_err(|error| one_line(&error, &text));
        config.with_context(|| path.display().to_string())
    }

    /// Checks the ranges of all settings.
    ///
    /// # Errors
    /// Naming the first setting that cannot work, and what would.
    pub fn validate(&self) -> anyhow::Result<()> {
        ensure!(self.epochs >= 1, "epochs = 0: train for at least 1");
        ensure!(self.batch_size >= 2, "batch_size = {}: negatives need at least 2 images", self.batch_size);
        ensure!(self.critic_units >= 1, "critic_units = 0: at least 1 is needed");
        let rate = self.learning_rate;
        ensure!(rate.is_finite() && rate > 0.0, "learning_rate = {rate}: must be a positive number");
        for (name, decay) in [("beta_1", self.beta_1), ("beta_2", self.beta_2)] {
            ensure!((0.0..1.0).contains(&decay), "{name} = {decay}: must be at least 0 and below 1");
        }
        for (name, weight) in [("beta", self.beta), ("gamma", self.gamma)] {
            ensure!(weight.is_finite() && weight >= 0.0, "{name} = {weight}: must be 0 or a positive number");
        }
        ensure!(self.alpha == 0.0, "alpha = {}: the global objective is not built yet; set alpha = 0", self.alpha);
        ensure!(self.beta > 0.0, "beta = 0: with alpha = 0 nothing would be learned");
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

    /// Name of the objective for reports and files.
    pub fn objective(&self) -> String {
        let views = match self.views {
            Views::One => "",
            Views::Two => ", two views",
        };
        format!("dim-local-jsd (alpha {}, beta {}, gamma {}{views})", self.alpha, self.beta, self.gamma)
    }
}

/// toml's message without its drawing of the source.
fn one_line(error: &toml::de::Error, text: &str) -> anyhow::Error {
    let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    let message = error.message().replace('\n', " ");
    match line {
        Some(line) => anyhow::anyhow!("line {line}: {message}"),
        None => anyhow::anyhow!("{message}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_leave_out_settings() {
        let config: TrainConfig = toml::from_str("preset = \"conv32\"\nepochs = 3").unwrap();
        assert_eq!(config, TrainConfig { preset: Preset::Conv32, epochs: 3, ..TrainConfig::default() });
    }

    #[test]
    fn an_unknown_key_is_named_with_its_file_and_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.toml");
        std::fs::write(&path, "epochs = 3\nlearning_rat = 0.1\n").unwrap();
        let error = format!("{:#}", TrainConfig::from_file(&path).unwrap_err());
        assert!(error.contains("run.toml") && error.contains("line 2") && error.contains("learning_rat"), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }

    #[test]
    fn unusable_settings_are_named() {
        let usable = TrainConfig::default();
        assert!(usable.validate().is_ok());
        for (config, name) in [
            (TrainConfig { epochs: 0, ..usable.clone() }, "epochs"),
            (TrainConfig { batch_size: 1, ..usable.clone() }, "batch_size"),
            (TrainConfig { learning_rate: f64::NAN, ..usable.clone() }, "learning_rate"),
            (TrainConfig { beta_1: 1.0, ..usable.clone() }, "beta_1"),
            (TrainConfig { gamma: -1.0, ..usable.clone() }, "gamma"),
            (TrainConfig { alpha: 0.5, ..usable.clone() }, "alpha"),
            (TrainConfig { beta: 0.0, ..usable.clone() }, "beta"),
        ] {
            let error = config.validate().unwrap_err().to_string();
            assert!(error.starts_with(name), "{error}");
        }
    }
}
