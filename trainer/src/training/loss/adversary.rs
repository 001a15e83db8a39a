//! The adversarial games: what the encoder and those beside it minimize, and what the discriminator does.

use burn::tensor::Tensor;
use rand::rngs::StdRng;

use super::forward::Forward;
use super::sum::WeightedSum;
use crate::model::{Discriminator, PriorDiscriminator};
use crate::objective::{
    CodedImages, bidirectional_loss, discriminator_loss, encoder_prior_loss, gradient_penalty,
    joint_discriminator_loss, moments, sketch,
};
use crate::settings::{PriorMatching, TrainConfig};
use crate::training::metrics::Readings;

impl Forward {
    /// Adds the part that is played against the discriminator; no gradient reaches it.
    pub(super) fn add_game(&self, discriminator: &Discriminator, random: &mut StdRng, sum: &mut WeightedSum<'_>) {
        let config = sum.config;
        match discriminator {
            Discriminator::Prior(discriminator) if config.matches_prior() => {
                let embedding = self.output.embedding.clone();
                let value = match config.prior_matching {
                    PriorMatching::Moments => moments(embedding),
                    PriorMatching::Sketch => sketch(embedding, random),
                    _ => encoder_prior_loss(discriminator, config.prior, embedding),
                };
                sum.add(config.gamma, value, |metrics, value| metrics.prior = Some(value));
            }
            Discriminator::Prior(_) => {}
            Discriminator::Joint(discriminator) => {
                let [encoded, generated] = self.pairs(config);
                let value = bidirectional_loss(discriminator, encoded, generated);
                sum.add(1.0, value, |metrics, value| metrics.bidirectional = Some(value));
            }
        }
    }

    /// What the discriminator minimizes, `[1]`; no gradient reaches the encoder or what learns with it.
    pub(in crate::training) fn judgement(
        &self,
        discriminator: &Discriminator,
        config: &TrainConfig,
        random: &mut StdRng,
        readings: &mut Readings,
    ) -> Tensor<1> {
        match discriminator {
            Discriminator::Prior(discriminator) => self.prior_judgement(discriminator, config, random, readings),
            Discriminator::Joint(discriminator) => {
                let [encoded, generated] = self.pairs(config);
                let loss = joint_discriminator_loss(discriminator, encoded, generated);
                readings.push(|metrics, value| metrics.discriminator = Some(value), loss.clone());
                loss
            }
        }
    }

    fn prior_judgement(
        &self,
        discriminator: &PriorDiscriminator,
        config: &TrainConfig,
        random: &mut StdRng,
        readings: &mut Readings,
    ) -> Tensor<1> {
        let embedding = &self.output.embedding;
        let samples = config.prior.sample(embedding.dims(), random, &embedding.device());
        let loss = discriminator_loss(discriminator, config.prior, embedding, samples.clone());
        readings.push(|metrics, value| metrics.discriminator = Some(value), loss.clone());
        if config.gradient_penalty == 0.0 {
            return loss;
        }
        let penalty = gradient_penalty(discriminator, config.prior, embedding, samples);
        readings.push(|metrics, value| metrics.gradient_penalty = Some(value), penalty.clone());
        loss + penalty * config.gradient_penalty
    }

    /// Images with their embeddings, and drawn ones with the samples that they were drawn from.
    fn pairs(&self, config: &TrainConfig) -> [CodedImages; 2] {
        let codes = config.prior.comparable(self.output.embedding.clone());
        let (images, generated) =
            self.images.clone().zip(self.generated.clone()).expect("a joint discriminator is of a method that draws");
        [CodedImages { images, codes }, generated]
    }
}
