//! One step of learning.

use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::Tensor;
use rand::rngs::StdRng;

use super::batches::{BEFORE_THE_STEPS, generator};
use super::loss::{Forward, Seen};
use super::metrics::Readings;
use super::noise_targets::NoiseTargets;
use super::{Method, PriorUpdates, TrainConfig};
use crate::model::{DeepInfoMax, Discriminator};

/// The networks with what moves them.
#[derive(Clone)]
pub(super) struct Learner {
    pub(super) networks: DeepInfoMax,
    pub(super) discriminator: Discriminator,
    pub(super) optimizer: ModuleOptimizer,
    pub(super) discriminator_optimizer: ModuleOptimizer,
    /// Only of noise as targets.
    pub(super) noise_targets: Option<NoiseTargets>,
}

impl Learner {
    /// Fresh optimizers around freshly drawn networks, which are to learn from so many images.
    pub(super) fn new(
        networks: DeepInfoMax,
        discriminator: Discriminator,
        config: &TrainConfig,
        images: usize,
    ) -> Self {
        let adam = || AdamConfig::new().with_beta_1(config.beta_1).with_beta_2(config.beta_2).with_epsilon(1e-8).init();
        let noise_targets = (config.method == Method::Nat).then(|| {
            let shapes = config.preset.architecture().shapes();
            NoiseTargets::new(images, shapes[shapes.len() - 1][0], &mut generator(config.seed, BEFORE_THE_STEPS))
        });
        Self { networks, discriminator, optimizer: adam(), discriminator_optimizer: adam(), noise_targets }
    }

    /// Moves the encoder and all that learns with it along one loss and the discriminator along another. Nothing waits
    /// for the device but the assignment of noise targets.
    pub(super) fn step(mut self, mut seen: Seen, config: &TrainConfig, random: &mut StdRng) -> (Self, Readings) {
        let mut readings = Readings::default();
        let indices = std::mem::take(&mut seen.indices);
        let mut forward = Forward::new(&self.networks, seen, config, random);
        if let Some(targets) = &mut self.noise_targets {
            forward.aim(&indices, targets);
        }
        let judges = |when| config.has_adversary() && config.prior_updates == when;
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
