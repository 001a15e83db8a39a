//! The images of each step, prepared ahead on other threads.
//!
//! What a step sees follows from the seed and the step alone, so that it does not matter which thread
//! prepares it, or how many there are.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, Scope};

use anyhow::Context;
use burn::tensor::{Device, Tensor, TensorData};
use dim_host::data::{Dataset, Window};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use super::position::Position;
use super::random::generator;
use super::shard::{Seen, Shard};
use crate::device::is_cpu;
use crate::model::real_pixel;
use crate::settings::{TrainConfig, Views};

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
    /// `[views * batch, height, width, channels]`, all first views first: as images lie in memory, and as the first layer
    /// reads them on a CPU.
    values: Vec<f32>,
    shape: [usize; 4],
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
        let Self { values, shape: [images, height, width, channels], indices, views, classes, mut random } = self;
        let seen = |values, indices: &[usize], classes: Option<Vec<i64>>, device| Seen {
            images: Tensor::<4>::from_data(
                TensorData::new(values, [images / devices.len(), height, width, channels]),
                device,
            )
            .permute([0, 3, 1, 2]),
            indices: indices.to_vec(),
            classes: classes.map(|classes| {
                let count = [classes.len()];
                Tensor::from_data(TensorData::new(classes, count), device)
            }),
        };
        if let [device] = devices {
            return vec![Shard { seen: seen(values, &indices, classes, device), random }];
        }
        let part = |index: usize, of: usize| {
            let length = of / devices.len();
            index * length..(index + 1) * length
        };
        let of_view = values.len() / views;
        let shard = |(index, device)| {
            let images: Vec<_> = values.chunks_exact(of_view).map(|view| &view[part(index, of_view)]).collect();
            let classes = classes.as_deref().map(|classes| classes[part(index, classes.len())].to_vec());
            let indices = &indices[part(index, indices.len())];
            Shard { seen: seen(images.concat(), indices, classes, device), random: StdRng::from_rng(&mut random) }
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
        let [height, width, channels] =
            [window.input.height, window.input.width, window.input.channels].map(usize::from);
        let views = match config.views {
            Views::One => 1,
            Views::Two => 2,
        };
        let mut values = Vec::with_capacity(config.images_per_step() * height * width * channels);
        let mut view = Vec::with_capacity(height * width * channels);
        for _ in 0..views {
            for (index, mirrored) in images.iter().zip(&mirrored) {
                view.clear();
                let image = dataset.training_image(*index);
                config.augmentation.push_view(&mut view, image, *window, *mirrored, &mut random);
                values.extend(view.iter().map(|pixel| real_pixel(*pixel)));
            }
        }
        let labels = dataset.train.labels.as_deref().unwrap_or_default();
        let classes =
            config.method.reads_labels().then(|| images.iter().map(|index| i64::from(labels[*index])).collect());
        let shape = [config.images_per_step(), height, width, channels];
        Batch { values, shape, indices: images.to_vec(), views, classes, random }
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
mod tests {
    use dim_model_format::Shape;

    use super::*;
    use crate::settings::Method;
    use dim_host::data::{Augmentation, Images};

    const SHAPE: Shape = Shape::new(8, 8, 3);
    const WINDOW: Window = Window { image: SHAPE, input: SHAPE };
    const START: Position = Position { epoch: 0, step_in_epoch: 0 };

    /// Eleven images, four of them without a class.
    fn dataset() -> Dataset {
        let images = |range: std::ops::Range<usize>, labels| Images {
            shape: SHAPE,
            pixels: range.flat_map(|image| (0..192).map(move |at| (image * 20 + at / 3) as u8)).collect(),
            labels,
        };
        Dataset {
            name: "eleven".to_owned(),
            classes: vec!["one".to_owned()],
            train: images(0..7, Some(vec![0; 7])),
            unlabelled: images(7..11, None),
            test: images(0..1, Some(vec![0])),
        }
    }

    fn config(augmentation: Augmentation, views: Views) -> TrainConfig {
        TrainConfig { batch_size: 3, epochs: 4, seed: 9, augmentation, views, ..TrainConfig::default() }
    }

    fn all(plan: &Plan<'_>, threads: usize) -> Vec<Batch> {
        thread::scope(|scope| {
            let mut batches = Batches::prepare_on(threads, scope, plan);
            std::iter::from_fn(|| batches.next().ok()).collect()
        })
    }

    #[test]
    fn the_same_to_the_bit_on_any_number_of_threads_and_after_any_start() {
        let dataset = dataset();
        for (augmentation, views) in [
            (Augmentation::None, Views::One),
            (Augmentation::CropFlip, Views::One),
            (Augmentation::ShiftTone, Views::Two),
            (Augmentation::Amdim, Views::Two),
        ] {
            let config = config(augmentation, views);
            let plan = |start| Plan { dataset: &dataset, config: &config, window: WINDOW, start };
            // As without threads: each batch from its order and number.
            let one_by_one: Vec<Batch> = (0..4)
                .flat_map(|epoch| {
                    let order = order(11, 9, epoch);
                    (0..3).map(move |index| (order[index * 3..][..3].to_vec(), epoch * 3 + index + 1))
                })
                .map(|(images, step)| plan(START).batch(&images, step))
                .collect();
            assert_eq!(one_by_one.len(), 12);
            for threads in [1, 2, 5] {
                assert!(all(&plan(START), threads) == one_by_one, "{augmentation:?} on {threads} threads");
                let later = Position { epoch: 1, step_in_epoch: 2 };
                assert!(all(&plan(later), threads) == one_by_one[5..], "{augmentation:?} on {threads} threads");
            }
        }
    }

    #[test]
    fn an_epoch_sees_each_image_once_and_another_order_than_the_one_before() {
        let mut sorted = order(11, 9, 0);
        assert_ne!(sorted, order(11, 9, 1));
        assert_ne!(sorted, order(11, 8, 0));
        sorted.sort_unstable();
        assert_eq!(sorted, (0..11).collect::<Vec<_>>());
    }

    #[test]
    fn values_are_the_pixels_as_images_have_them() {
        let dataset = dataset();
        let config = config(Augmentation::None, Views::One);
        let plan = Plan { dataset: &dataset, config: &config, window: WINDOW, start: START };
        let batch = plan.batch(&[2, 8, 0], 1);
        assert_eq!(batch.shape, [3, 8, 8, 3]);
        let pixel = |image: usize, at: usize| f32::from((image * 20 + at) as u8) / 128.0 - 1.0;
        for (index, value) in batch.values.iter().enumerate() {
            assert_eq!(*value, pixel([2, 8, 0][index / 192], index % 192 / 3));
        }
    }

    #[test]
    fn shards_hold_all_views_and_the_class_of_their_images() {
        let dataset = dataset();
        let device = Device::flex();
        let config = TrainConfig {
            method: Method::Supervised,
            batch_size: 4,
            views: Views::Two,
            augmentation: Augmentation::CropFlip,
            ..TrainConfig::default()
        };
        let plan = Plan { dataset: &dataset, config: &config, window: WINDOW, start: START };
        let mut batch = plan.batch(&[2, 6, 0, 1], 1);
        batch.classes = Some(vec![10, 11, 12, 13]);
        let image = |index: usize| batch.values[index * 192..][..192].to_vec();
        let expected = [[image(0), image(1), image(4), image(5)], [image(2), image(3), image(6), image(7)]];
        let shards = batch.shards(&[device.clone(), device]);
        for (index, (Shard { seen, .. }, expected)) in shards.iter().zip(expected).enumerate() {
            assert_eq!(seen.images.dims(), [4, 3, 8, 8]);
            let images = seen.images.clone().permute([0, 2, 3, 1]);
            assert_eq!(images.try_to_vec_as::<f32>().unwrap(), expected.concat());
            let classes = seen.classes.clone().unwrap().try_to_vec_as::<i64>().unwrap();
            assert_eq!(classes, [10 + 2 * index as i64, 11 + 2 * index as i64]);
            assert_eq!(seen.indices, [[2, 6], [0, 1]][index]);
        }
        assert_ne!(shards[0].random, shards[1].random);
    }

    #[test]
    fn amdim_mirrors_both_views_alike() {
        let mut dataset = dataset();
        // Ever brighter to the right.
        dataset.train.pixels = (0..7 * 192).map(|at| (60 + at / 3 % 8 * 15) as u8).collect();
        let config = TrainConfig { batch_size: 7, ..config(Augmentation::Amdim, Views::Two) };
        let plan = Plan { dataset: &dataset, config: &config, window: WINDOW, start: START };
        let images: Vec<usize> = (0..7).collect();
        let mut mirrored = 0;
        for step in 1..30 {
            let batch = plan.batch(&images, step);
            let is_mirrored: Vec<bool> = batch.values.chunks(192).map(|view| view[3] > view[18]).collect();
            assert_eq!(is_mirrored[..7], is_mirrored[7..]);
            mirrored += is_mirrored[..7].iter().filter(|mirrored| **mirrored).count();
        }
        // 203 draws, deviation 7.1.
        assert!((66..137).contains(&mirrored), "{mirrored}");
    }

    #[test]
    fn threads_end_when_nobody_takes_batches() {
        let dataset = dataset();
        let config = TrainConfig { epochs: usize::MAX, ..config(Augmentation::None, Views::One) };
        let plan = Plan { dataset: &dataset, config: &config, window: WINDOW, start: START };
        // The scope ends only when its threads do.
        thread::scope(|scope| {
            let mut batches = Batches::prepare_on(3, scope, &plan);
            assert!(batches.next().is_ok());
        });
    }
}
