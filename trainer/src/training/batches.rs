//! The images of each step, prepared ahead on other threads.
//!
//! What a step sees follows from the seed and the step alone, so that it does not matter which thread
//! prepares it, or how many there are.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, Scope};

use anyhow::Context;
use burn::tensor::{Device, Tensor, TensorData};
use dim_host::data::{Crop, Dataset, Window};
use dim_model_format::Shape;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use super::position::Position;
use super::random::generator;
use super::shard::{Seen, Shard};
use crate::device::is_cpu;
use crate::model::images_to_tensor;
use crate::settings::TrainConfig;

/// Batches that each thread may be ahead.
const AHEAD: usize = 2;
/// One preparing thread for so many cores where steps are computed here: the others are to compute. All cores prepare for
/// other devices.
const CORES_PER_THREAD: usize = 4;

/// All that decides what the steps of a run see.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    dataset: &'a Dataset,
    config: &'a TrainConfig,
    window: Window,
    start: Position,
}

/// What one step sees.
#[derive(Debug, PartialEq)]
pub(super) struct Batch {
    /// `[views * batch, height, width, channels]`, all first views first and small crops last.
    pixels: Vec<u8>,
    /// Of one view.
    shape: Shape,
    /// Which training images these are, `[batch]`.
    indices: Vec<usize>,
    views: usize,
    /// `[batch]`; only for methods that learn from labels.
    classes: Option<Vec<i64>>,
    /// What is random in the rest of the step.
    random: StdRng,
}

impl Batch {
    /// Equal parts of the images, one on each device, with all views of an image in one part.
    pub(super) fn shards(self, devices: &[Device]) -> Vec<Shard> {
        let Self { pixels, shape, indices, views, classes, mut random } = self;
        let seen = |pixels: &[u8], indices: &[usize], classes: Option<Vec<i64>>, device| Seen {
            images: images_to_tensor(pixels, shape, device),
            indices: indices.to_vec(),
            classes: classes.map(|classes| {
                let count = [classes.len()];
                Tensor::from_data(TensorData::new(classes, count), device)
            }),
        };
        if let [device] = devices {
            return vec![Shard { seen: seen(&pixels, &indices, classes, device), random }];
        }
        let part = |index: usize, of: usize| {
            let length = of / devices.len();
            index * length..(index + 1) * length
        };
        let of_view = pixels.len() / views;
        let shard = |(index, device)| {
            let images: Vec<_> = pixels.chunks_exact(of_view).map(|view| &view[part(index, of_view)]).collect();
            let classes = classes.as_deref().map(|classes| classes[part(index, classes.len())].to_vec());
            let indices = &indices[part(index, indices.len())];
            Shard { seen: seen(&images.concat(), indices, classes, device), random: StdRng::from_rng(&mut random) }
        };
        devices.iter().enumerate().map(shard).collect()
    }
}

impl<'a> Plan<'a> {
    /// The steps of a run from `start` on; the images fit its encoder.
    pub(super) fn new(config: &'a TrainConfig, dataset: &'a Dataset, start: Position) -> Self {
        let window = Window { image: dataset.train.shape, input: config.encoder.input };
        Self { dataset, config, window, start }
    }

    /// Images of an epoch: those with classes, of a method that learns from them.
    fn images(&self) -> usize {
        self.config.method.images_of(self.dataset)
    }

    /// An incomplete last batch is dropped.
    pub(super) fn steps_in_epoch(&self) -> usize {
        self.images() / self.config.batch_size
    }

    /// Number of steps before a position.
    pub(super) fn steps_before(&self, position: Position) -> usize {
        position.epoch * self.steps_in_epoch() + position.step_in_epoch
    }

    /// Prepares every step whose number leaves `rest` when divided by `threads`, as long as somebody takes them.
    fn prepare(&self, rest: usize, threads: usize, taker: &SyncSender<Batch>) {
        for epoch in self.start.epoch..self.config.epochs {
            let order = order(self.images(), self.config.seed, epoch);
            for (step_in_epoch, images) in order.chunks_exact(self.config.batch_size).enumerate() {
                let step = self.steps_before(Position { epoch, step_in_epoch }) + 1;
                if step <= self.steps_before(self.start) || step % threads != rest {
                    continue;
                }
                if taker.send(self.batch(images, step)).is_err() {
                    return;
                }
            }
        }
    }

    /// What step number `step`, from 1, sees of `images`.
    pub(super) fn batch(&self, images: &[usize], step: usize) -> Batch {
        let Self { dataset, config, window, .. } = self;
        let mut random = generator(config.seed, step as u64);
        let mirrored: Vec<Option<bool>> = match config.augmentation.mirrors_alike() {
            true => images.iter().map(|_| Some(random.random())).collect(),
            false => vec![None; images.len()],
        };
        let views = config.views_per_image();
        let augmentations = config.augmentations(step - 1, self.steps_in_epoch());
        let mut pixels = Vec::with_capacity(config.images_per_step() * window.input.elements() as usize);
        for view_of_image in 0..views {
            let crop = if view_of_image < config.views.large() { Crop::Large } else { Crop::Small };
            for (index, mirrored) in images.iter().zip(&mirrored) {
                let image = dataset.training_image(*index);
                augmentations.push_view(&mut pixels, image, *window, crop, *mirrored, &mut random);
            }
        }
        let labels = dataset.train.labels.as_deref().unwrap_or_default();
        let classes =
            config.method.reads_labels().then(|| images.iter().map(|index| i64::from(labels[*index])).collect());
        Batch { pixels, shape: window.input, indices: images.to_vec(), views, classes, random }
    }
}

/// The order in which an epoch sees the images.
fn order(count: usize, seed: u64, epoch: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut generator(seed, u64::MAX - epoch as u64));
    order
}

/// The batches of a plan, in the order of its steps.
#[derive(Debug)]
pub(super) struct Batches {
    /// Step `s` comes from thread `s % threads`.
    threads: Vec<Receiver<Batch>>,
    next_step: usize,
}

impl Batches {
    /// Starts the threads that prepare batches for these devices; they end when this value is dropped.
    pub(super) fn prepare<'scope>(
        scope: &'scope Scope<'scope, '_>,
        plan: &'scope Plan<'_>,
        devices: &[Device],
    ) -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let computes_here = devices.iter().any(is_cpu);
        Self::prepare_on(if computes_here { cores.div_ceil(CORES_PER_THREAD) } else { cores }, scope, plan)
    }

    fn prepare_on<'scope>(threads: usize, scope: &'scope Scope<'scope, '_>, plan: &'scope Plan<'_>) -> Self {
        let start = |rest| {
            let (sender, receiver) = sync_channel(AHEAD);
            scope.spawn(move || plan.prepare(rest, threads, &sender));
            receiver
        };
        Self { threads: (0..threads).map(start).collect(), next_step: plan.steps_before(plan.start) + 1 }
    }

    /// The next step's batch; waits until it is ready.
    ///
    /// # Errors
    /// After the last step of the plan, and if a preparing thread failed.
    pub(super) fn next(&mut self) -> anyhow::Result<Batch> {
        let thread = &self.threads[self.next_step % self.threads.len()];
        self.next_step += 1;
        thread.recv().context("no images are prepared any more")
    }
}

#[cfg(test)]
mod tests;
