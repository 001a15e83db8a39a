//! The critic of a run.

use anyhow::{Context, ensure};
use burn::tensor::Device;

use super::EncoderWeights;
use super::folder::Run;
use crate::model::FloatCritic;
use crate::training::checkpoint;

impl Run {
    /// The critic of the local objective, for an encoder with these weights. It learned beside the last ones, whose average is near
    /// them; whitening came later, so it reads embeddings as they were before.
    ///
    /// # Errors
    /// If there is no checkpoint yet, it is damaged, or the run has no critic that a device could compute.
    pub fn critic(&self, weights: EncoderWeights, device: &Device) -> anyhow::Result<FloatCritic> {
        let folder = self.folder().display();
        ensure!(
            self.architecture().ends_linear(),
            "{folder}: its critic cannot be lowered: the last layer of {} is not linear; leave --critic out",
            self.architecture().name
        );
        let learned_with = match weights {
            EncoderWeights::Whitened if self.config.weight_average > 0.0 => EncoderWeights::Average,
            EncoderWeights::Whitened => EncoderWeights::Last,
            weights => weights,
        };
        let (encoder, _) = self.encoder_with(Some(learned_with), device)?;
        let last = encoder.export().filters.pop().flatten();
        let last = last.context("a linear layer has numbers")?;
        let networks = checkpoint::load_networks(&self.trained_path()?, self.initialize(device).0)?;
        let critic = networks.local_critic.with_context(|| {
            format!("{folder}: has no critic of cells, as of `beta` above 0 in method dim; leave --critic out")
        })?;
        critic.export(&last).with_context(|| {
            format!("{folder}: its critic cannot be lowered, only one of local_critic = \"encode-and-dot\"; leave --critic out")
        })
    }
}
