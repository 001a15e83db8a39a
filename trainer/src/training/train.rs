//! The loop over epochs and steps.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::ensure;
use burn::tensor::{Device, Int, Tensor, TensorData};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::checkpoint::{self, Position};
use super::loss::Seen;
use super::metrics::{MetricsLog, Readings};
use super::step::Learner;
use super::{DatasetInfo, Progress, Run, TrainConfig, Views};
use crate::data::{Dataset, Images, push_view};
use crate::model::images_to_tensor;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All epochs are done.
    Finished,
    /// It was told to stop; the checkpoint resumes at the next step.
    Interrupted {
        /// Steps done.
        step: usize,
    },
}

/// Trains from the run's checkpoint, or from the start where it has none.
///
/// The checkpoint is replaced after every epoch and when `stop` is set. Everything random follows from
/// the seed and the position, so that a resumed run equals an uninterrupted one to the bit on the CPU.
///
/// # Errors
/// If images and encoder do not fit, the data changed since the checkpoint, a loss stops being a
/// number, or a file cannot be written; the last checkpoint is then untouched.
pub fn train(
    run: &Run,
    dataset: &Dataset,
    device: &Device,
    progress: &mut dyn Progress,
    stop: &AtomicBool,
) -> anyhow::Result<Outcome> {
    let config = &run.config;
    config.validate()?;
    let images = &dataset.train;
    check_data(run, dataset)?;
    let device = device.clone().autodiff();
    let (networks, discriminator) = run.initialize(&device);
    let mut learner = Learner::new(networks, discriminator, config);
    let mut start = Position { epoch: 0, step_in_epoch: 0 };
    if run.has_checkpoint() {
        (learner, start) = checkpoint::load(&run.checkpoint_path(), learner)?;
    }
    let steps = images.len() / config.batch_size;
    let mut step = start.epoch * steps + start.step_in_epoch;
    let mut log = MetricsLog::open(&run.metrics_path(), step)?;
    let save = |learner: &Learner, log: &mut MetricsLog, position| {
        log.flush()?;
        checkpoint::save(&run.checkpoint_path(), learner, position)
    };
    let mut unread: Option<Readings> = None;
    progress.begin(step, config.epochs * steps);
    for epoch in start.epoch..config.epochs {
        let order = order(images.len(), config.seed, epoch);
        let first = if epoch == start.epoch { start.step_in_epoch } else { 0 };
        for (index, batch) in order.chunks_exact(config.batch_size).enumerate().skip(first) {
            if stop.load(Ordering::Relaxed) {
                progress.end();
                // Not recorded, since a run that goes on without a break does not either.
                if let Some(None) = unread.map(|readings| readings.read(step)).transpose()? {
                    return Err(no_number(step, epoch, config));
                }
                save(&learner, &mut log, Position { epoch, step_in_epoch: index })?;
                return Ok(Outcome::Interrupted { step });
            }
            step += 1;
            let mut random = generator(config.seed, step as u64);
            let readings;
            let pixels = gather(images, batch, config.views, &mut random);
            let classes = config.method.reads_labels().then(|| {
                let classes: Vec<i64> = batch.iter().map(|index| i64::from(images.labels[*index])).collect();
                Tensor::<1, Int>::from_data(TensorData::new(classes, [batch.len()]), &device)
            });
            let seen = Seen { images: images_to_tensor(&pixels, images.shape, &device), classes };
            (learner, readings) = learner.step(seen, config, &mut random);
            if step.is_multiple_of(config.metrics_every) || index + 1 == steps {
                let Some(metrics) = readings.read(step)? else {
                    progress.end();
                    return Err(no_number(step, epoch, config));
                };
                log.append(&metrics)?;
                progress.step(&metrics);
                unread = None;
            } else {
                unread = Some(readings);
            }
        }
        save(&learner, &mut log, Position { epoch: epoch + 1, step_in_epoch: 0 })?;
    }
    progress.end();
    Ok(Outcome::Finished)
}

fn no_number(step: usize, epoch: usize, config: &TrainConfig) -> anyhow::Error {
    anyhow::anyhow!(
        "the loss is not a number any more at step {step} (epoch {}); lower learning_rate = {:e}; the checkpoint of the \
         last whole epoch, if any, is kept",
        epoch + 1,
        config.learning_rate
    )
}

fn check_data(run: &Run, dataset: &Dataset) -> anyhow::Result<()> {
    run.check_shape(dataset)?;
    run.config.check_batch(dataset.train.len())?;
    let found = DatasetInfo::of(dataset).fingerprint;
    ensure!(
        found == run.dataset.fingerprint,
        "the data have fingerprint {found}, the run was started with {}; resume with the same data",
        run.dataset.fingerprint
    );
    Ok(())
}

/// The order in which an epoch sees the images.
fn order(count: usize, seed: u64, epoch: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut generator(seed, u64::MAX - epoch as u64));
    order
}

/// Independent random numbers for each purpose of a run.
fn generator(seed: u64, purpose: u64) -> StdRng {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&purpose.to_le_bytes());
    StdRng::from_seed(bytes)
}

/// Pixels of a step: the images, or first views of all and then second views of all.
fn gather(images: &Images, batch: &[usize], views: Views, random: &mut StdRng) -> Vec<u8> {
    let mut pixels = Vec::new();
    match views {
        Views::One => batch.iter().for_each(|index| pixels.extend(images.image(*index))),
        Views::Two => {
            for index in batch.iter().chain(batch) {
                push_view(&mut pixels, images.image(*index), images.shape, random);
            }
        }
    }
    pixels
}
