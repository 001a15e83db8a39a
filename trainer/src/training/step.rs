//! One step of learning.

use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Tensor, TensorData};
use rand::Rng;
use rand::rngs::StdRng;

use super::{Metrics, TrainConfig, Views};
use crate::model::{DeepInfoMax, PriorDiscriminator};
use crate::objective::{discriminator_loss, encoder_prior_loss, jensen_shannon};

/// The networks with what moves them.
#[derive(Clone)]
pub(super) struct Learner {
    pub(super) networks: DeepInfoMax,
    pub(super) discriminator: PriorDiscriminator,
    pub(super) optimizer: ModuleOptimizer,
    pub(super) discriminator_optimizer: ModuleOptimizer,
}

impl Learner {
    /// Fresh optimizers around freshly drawn or loaded networks.
    pub(super) fn new(networks: DeepInfoMax, discriminator: PriorDiscriminator, config: &TrainConfig) -> Self {
        let adam = || AdamConfig::new().with_beta_1(config.beta_1).with_beta_2(config.beta_2).with_epsilon(1e-8).init();
        Self { networks, discriminator, optimizer: adam(), discriminator_optimizer: adam() }
    }

    /// Moves encoder and critic along one loss, then the discriminator along the other.
    ///
    /// # Shapes
    /// `images` `[batch, channels, height, width]`; with two views `[2 * batch, ..]`, all first views first.
    pub(super) fn step(mut self, images: Tensor<4>, config: &TrainConfig, random: &mut StdRng) -> (Self, [f32; 4]) {
        let output = self.networks.encoder.forward(images);
        let score = |map, embedding| jensen_shannon(self.networks.critic.forward(map, embedding));
        let local = match config.views {
            Views::One => score(output.feature_map, output.embedding.clone()),
            Views::Two => {
                let [first_map, second_map] = halves(output.feature_map);
                let [first, second] = halves(output.embedding.clone());
                (score(second_map, first) + score(first_map, second)) / 2.0
            }
        };
        let prior = encoder_prior_loss(&self.discriminator, output.embedding.clone());
        let loss = local.clone() * config.beta + prior.clone() * config.gamma;
        let judgement = discriminator_loss(&self.discriminator, &output.embedding, uniform(&output.embedding, random));

        let gradients = GradientsParams::from_grads(loss.backward(), &self.networks);
        self.networks = self.optimizer.step(config.learning_rate, self.networks, gradients);
        let gradients = GradientsParams::from_grads(judgement.backward(), &self.discriminator);
        self.discriminator = self.discriminator_optimizer.step(config.learning_rate, self.discriminator, gradients);
        let values = [loss, -local, prior, judgement].map(|value| value.into_scalar::<f32>());
        (self, values)
    }
}

fn halves<const D: usize>(tensor: Tensor<D>) -> [Tensor<D>; 2] {
    let half = tensor.dims()[0] / 2;
    [tensor.clone().narrow(0, 0, half), tensor.narrow(0, half, half)]
}

/// Samples of the prior in the shape of `embedding`.
fn uniform(embedding: &Tensor<2>, random: &mut StdRng) -> Tensor<2> {
    let [batch, units] = embedding.dims();
    let samples: Vec<f32> = (0..batch * units).map(|_| random.random()).collect();
    Tensor::from_data(TensorData::new(samples, [batch, units]), &embedding.device())
}

impl Metrics {
    pub(super) fn new(step: usize, [loss, local_information, prior, discriminator]: [f32; 4]) -> Self {
        Self { step, loss, local_information, prior, discriminator }
    }

    /// Whether every number is one.
    pub(super) fn is_finite(&self) -> bool {
        [self.loss, self.local_information, self.prior, self.discriminator].iter().all(|value| value.is_finite())
    }
}
