//! One step of learning, on one device or in equal shards on several.

use burn::module::Module;
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::Tensor;
use rand::rngs::StdRng;

use super::average::WeightAverage;
use super::clip::clip;
use super::clusters::Clusters;
use super::device_encoder::DeviceEncoder;
use super::loss::{Belonging, Forward};
use super::metrics::Readings;
use super::noise_targets::NoiseTargets;
use super::random::{BEFORE_THE_STEPS, generator};
use super::replicas::Replicas;
use super::shard::Shard;
use super::teacher::{Teacher, embeddings_of};
use crate::fused::Adam;
use crate::model::{DeepInfoMax, Discriminator, Encoder};
use crate::quantize::DeviceArithmetic;
use crate::settings::{Method, PriorUpdates, TrainConfig};

/// How far into a run a step is, and how large.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Counted from 0.
    pub(super) step: usize,
    /// Step size.
    pub(super) rate: f64,
    /// Whether somebody reads its metrics.
    pub(super) reads: bool,
}

/// The networks with what moves them.
#[derive(Clone)]
pub(super) struct Learner {
    pub(super) networks: DeepInfoMax,
    pub(super) discriminator: Discriminator,
    pub(super) optimizer: ModuleOptimizer,
    pub(super) discriminator_optimizer: ModuleOptimizer,
    /// Only of noise as targets.
    pub(super) noise_targets: Option<NoiseTargets>,
    /// Only where settings ask for it.
    pub(super) average: Option<WeightAverage>,
    /// Only of runs that learn in it.
    pub(super) arithmetic: Option<DeviceArithmetic>,
    /// Only of runs that learn from one.
    pub(super) teacher: Option<Teacher>,
    /// Only of runs that learn some.
    pub(super) clusters: Option<Clusters>,
}

impl Learner {
    /// Fresh optimizers around freshly drawn networks, which are to learn from so many images.
    pub(super) fn new(
        networks: DeepInfoMax,
        discriminator: Discriminator,
        config: &TrainConfig,
        images: usize,
    ) -> Self {
        let adam = |decay| Adam::for_module([config.beta_1, config.beta_2], 1e-8, decay);
        let noise_targets = (config.method == Method::Nat).then(|| {
            let shapes = config.encoder.shapes();
            NoiseTargets::new(images, shapes[shapes.len() - 1][0], &mut generator(config.seed, BEFORE_THE_STEPS))
        });
        let (optimizer, discriminator_optimizer) = (adam(config.weight_decay), adam(0.0));
        let decay = config.weight_average;
        let average = (decay > 0.0).then(|| WeightAverage::new(&networks.encoder, decay));
        Self {
            networks,
            discriminator,
            optimizer,
            discriminator_optimizer,
            noise_targets,
            average,
            arithmetic: None,
            teacher: None,
            clusters: None,
        }
    }

    /// The encoder that would be evaluated now, in evaluation mode, before whitening.
    pub(super) fn judged(&self) -> Encoder {
        match &self.average {
            Some(average) => average.encoder.clone(),
            None => self.networks.encoder.valid(),
        }
    }

    /// Moves the encoder and all that learns with it along one loss and the discriminator along another, each of them
    /// the mean over the shards, one for each device. Nothing waits for a single device but the assignment of noise
    /// targets; several exchange networks and gradients. The device's arithmetic waits for weights and images, and
    /// computes on the cores of this machine.
    ///
    /// # Errors
    /// If the encoder cannot be brought to the device's integers.
    pub(super) fn step(
        mut self,
        shards: Vec<Shard>,
        replicas: &Replicas,
        config: &TrainConfig,
        Pace { step, rate, reads }: Pace,
    ) -> anyhow::Result<(Self, Readings)> {
        let judges = |when| config.has_adversary() && config.prior_updates == when;
        let teachers = self.teacher.as_ref().map_or(vec![None; shards.len()], Teacher::for_shards);
        let belonging = |(shard, of): (usize, &Shard)| {
            let belonging = |clusters: &Clusters| clusters.of(&of.seen.indices, shard);
            self.clusters.as_ref().map(belonging)
        };
        let belonging: Vec<_> = shards.iter().enumerate().map(belonging).collect();
        let inputs = replicas.copies(&self.networks).into_iter().zip(shards).zip(teachers).zip(belonging).collect();
        let settings = config.clone();
        let on_device =
            self.arithmetic.as_ref().map(|device| device.lower(&self.networks.encoder.valid())).transpose()?;
        let mut shares = replicas.each(inputs, move |(((networks, shard), teacher), belonging)| {
            let taught = teacher.map(|teacher| {
                let [images, ..] = shard.seen.images.dims();
                let large = images / settings.views_per_image() * settings.views.large();
                embeddings_of(&teacher, &shard.seen.images.clone().narrow(0, 0, large))
            });
            Share::new(networks, shard, on_device.as_ref(), settings.clone(), reads).taught(taught, belonging)
        });
        if let Some(targets) = &mut self.noise_targets {
            shares.iter_mut().for_each(|share| share.forward.aim(&share.indices, targets));
        }
        if judges(PriorUpdates::Alternating) {
            let judged = replicas.each(self.with_discriminator(shares, replicas), |(mut share, discriminator)| {
                let gradients = share.judge(&discriminator);
                (share, gradients)
            });
            let gradients;
            (shares, gradients) = judged.into_iter().unzip();
            self = self.move_discriminator(gradients, replicas, rate);
        }
        let judges_too = judges(PriorUpdates::Simultaneous);
        let learned = replicas.each(self.with_discriminator(shares, replicas), move |(share, discriminator)| {
            share.learn(&discriminator, judges_too)
        });
        let (mut gradients, mut judgements, mut readings) = (Vec::new(), Vec::new(), Vec::new());
        for learned in learned {
            gradients.push(learned.gradients);
            judgements.extend(learned.judgement);
            readings.push(learned.readings);
        }
        let gradients = replicas.sum(&self.networks, gradients);
        let gradients = match config.gradient_clip {
            0.0 => gradients,
            longest => clip(&self.networks, gradients, longest),
        };
        self.networks = self.optimizer.step(rate, self.networks, gradients);
        self.average = self.average.map(|average| average.follow(&self.networks.encoder, step));
        if judges_too {
            self = self.move_discriminator(judgements, replicas, rate);
        }
        Ok((self, Readings::mean_of(readings)))
    }

    fn with_discriminator(&self, shares: Vec<Share>, replicas: &Replicas) -> Vec<(Share, Discriminator)> {
        shares.into_iter().zip(replicas.copies(&self.discriminator)).collect()
    }

    fn move_discriminator(mut self, gradients: Vec<GradientsParams>, of: &Replicas, rate: f64) -> Self {
        let gradients = of.sum(&self.discriminator, gradients);
        self.discriminator = self.discriminator_optimizer.step(rate, self.discriminator, gradients);
        self
    }
}

/// What one device computes of a step.
struct Share {
    networks: DeepInfoMax,
    forward: Forward,
    /// Which training images it is about.
    indices: Vec<usize>,
    random: StdRng,
    readings: Readings,
    /// Whether somebody reads them.
    reads: bool,
    config: TrainConfig,
}

/// What comes of it: gradients of the loss's share, and of the judgement's where there is one.
struct Learned {
    gradients: GradientsParams,
    judgement: Option<GradientsParams>,
    readings: Readings,
}

impl Share {
    fn new(
        networks: DeepInfoMax,
        Shard { mut seen, mut random }: Shard,
        on_device: Option<&DeviceEncoder>,
        config: TrainConfig,
        reads: bool,
    ) -> Self {
        let indices = std::mem::take(&mut seen.indices);
        let forward = Forward::new(&networks, seen, on_device, &config, &mut random);
        Self { networks, forward, indices, random, readings: Readings::default(), reads, config }
    }

    /// The same beside what a teacher makes of the images, and the clusters that they belong to.
    fn taught(self, taught: Option<Tensor<2>>, belonging: Option<Belonging>) -> Self {
        Self { forward: self.forward.taught(taught).belonging(belonging), ..self }
    }

    /// The discriminator's gradients.
    fn judge(&mut self, discriminator: &Discriminator) -> GradientsParams {
        let Self { forward, random, readings, config, .. } = self;
        let judgement = forward.judgement(discriminator, config, random, readings);
        GradientsParams::from_grads(share_of(judgement, config).backward(), discriminator)
    }

    /// The gradients of all others, and those of the discriminator too where `judges_too`.
    fn learn(mut self, discriminator: &Discriminator, judges_too: bool) -> Learned {
        let Self { networks, forward, random, readings, reads, config, .. } = &mut self;
        let loss = forward.loss(networks, discriminator, config, random, readings);
        if *reads {
            forward.monitor(config, readings);
        }
        let loss = share_of(loss, config);
        let judgement = judges_too.then(|| self.judge(discriminator));
        let Self { networks, forward, readings, .. } = self;
        // Its memory is the gradient's to use.
        drop(forward);
        Learned { gradients: GradientsParams::from_grads(loss.backward(), &networks), judgement, readings }
    }
}

/// What a shard's mean contributes to the mean over all.
fn share_of(loss: Tensor<1>, config: &TrainConfig) -> Tensor<1> {
    if config.shards == 1 { loss } else { loss / config.shards as f64 }
}

#[cfg(test)]
mod tests;
