//! One step of learning.

use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::Tensor;
use rand::rngs::StdRng;

use super::loss::{Forward, Seen};
use super::metrics::Readings;
use super::{PriorUpdates, TrainConfig};
use crate::model::{DeepInfoMax, PriorDiscriminator};

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

    /// Moves the encoder and all that learns with it along one loss and the discriminator along another. Nothing waits
    /// for the device.
    pub(super) fn step(mut self, seen: Seen, config: &TrainConfig, random: &mut StdRng) -> (Self, Readings) {
        let mut readings = Readings::default();
        let forward = Forward::new(&self.networks, seen, config, random);
        let judges = |when| config.matches_prior() && config.prior_updates == when;
        if judges(PriorUpdates::Alternating) {
            let judgement = forward.judgement(&self.discriminator, config, random, &mut readings);
            self = self.move_discriminator(&judgement, config);
        }
        let loss = forward.loss(&self.networks, &self.discriminator, config, random, &mut readings);
        let judgement = judges(PriorUpdates::Simultaneous)
            .then(|| forward.judgement(&self.discriminator, config, random, &mut readings));
        drop(forward);
        let gradients = GradientsParams::from_grads(loss.backward(), &self.networks);
        self.networks = self.optimizer.step(config.learning_rate, self.networks, gradients);
        if let Some(judgement) = judgement {
            self = self.move_discriminator(&judgement, config);
        }
        (self, readings)
    }

    fn move_discriminator(mut self, judgement: &Tensor<1>, config: &TrainConfig) -> Self {
        let gradients = GradientsParams::from_grads(judgement.backward(), &self.discriminator);
        self.discriminator = self.discriminator_optimizer.step(config.learning_rate, self.discriminator, gradients);
        self
    }
}
