//! The loop over epochs and steps.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Context, ensure};
use burn::tensor::Device;
use dim_host::data::Dataset;

use super::batches::{Batches, Plan};
use super::clusters::Clusters;
use super::health::Health;
use super::metrics::{MetricsLog, Readings};
use super::neighbours::Neighbours;
use super::position::Position;
use super::progress::{Progress, Span};
use super::replicas::Replicas;
use super::run::{EncoderWeights, Run};
use super::step::{Learner, Pace};
use super::teacher::Teacher;
use super::whitened::Whitened;
use super::{Timing, checkpoint};
use crate::device::or_lost;
use crate::settings::TrainConfig;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All epochs are done.
    Finished(Timing),
    /// It was told to stop; the checkpoint resumes at the next step.
    Interrupted {
        /// Steps done.
        step: usize,
        /// Of this part of the run.
        timing: Timing,
    },
}

/// Trains from the run's checkpoint, or from the start where it has none.
///
/// The checkpoint is replaced after every epoch and when `stop` is set. Everything random follows from
/// the seed and the position, so that a resumed run equals an uninterrupted one to the bit on the CPU. Each of
/// several `devices` computes one of the settings' shards; the run's state is on the first.
///
/// # Errors
/// If a device that another machine lends is lost, there are not as many devices as shards, a device does not compute in the settings' precision, images and encoder do not fit, the data changed since the checkpoint, a loss stops being a
/// number, the teacher is another one than before, or a file cannot be written; the last checkpoint is then untouched.
pub fn train(
    run: &Run,
    dataset: &Dataset,
    devices: &[Device],
    progress: &mut dyn Progress,
    stop: &AtomicBool,
) -> anyhow::Result<Outcome> {
    let remedy = "the checkpoint of the last whole epoch, if any, is kept; `dim train --resume` goes on with it on as many devices, or on \
                  one that computes all shards";
    or_lost(devices, remedy, || train_on(devices, run, dataset, progress, stop))
}

fn train_on(
    devices: &[Device],
    run: &Run,
    dataset: &Dataset,
    progress: &mut dyn Progress,
    stop: &AtomicBool,
) -> anyhow::Result<Outcome> {
    let config = &run.config;
    config.validate()?;
    check_data(run, dataset)?;
    config.precision.check(devices)?;
    let devices: Vec<Device> = devices.iter().map(|device| device.clone().autodiff()).collect();
    ensure!(
        devices.len() == config.shards || devices.len() == 1,
        "shards = {}: name as many devices, or one that computes them all, not {}",
        config.shards,
        devices.len()
    );
    let (networks, discriminator) = run.initialize(&devices[0]);
    let replicas = Replicas::new(&devices, config.shards);
    let mut learner = Learner::new(networks, discriminator, config, config.method.images_of(dataset));
    let mut start = Position { epoch: 0, step_in_epoch: 0 };
    if run.has_checkpoint() {
        (learner, start) = checkpoint::load(&run.checkpoint_path(), learner)?;
    }
    learner.arithmetic = run.device_arithmetic(EncoderWeights::Last)?;
    learner.teacher = run.teacher(&devices[0])?.map(|encoder| Teacher::new(&encoder, &replicas));
    learner.clusters = Clusters::new(&run.embeddings(dataset)?, config, &replicas)?;
    let plan = Plan::new(config, dataset, start);
    let steps = plan.steps_in_epoch();
    let mut step = plan.steps_before(start);
    let mut log = MetricsLog::open(&run.metrics_path(), step)?;
    let save = |learner: &Learner, log: &mut MetricsLog, position: Position| {
        log.flush()?;
        let ends_white = config.whitening && position.epoch == config.epochs;
        let whiten =
            || Whitened::of(learner.judged(), learner.arithmetic.as_ref(), dataset, &devices[0].clone().inner());
        let whitened = ends_white.then(whiten).transpose()?;
        if let Some(Whitened { range: Some(range), .. }) = whitened {
            run.write_whitened(range)?;
        }
        checkpoint::save(&run.checkpoint_path(), learner, whitened.map(|whitened| whitened.encoder), position)
    };
    let mut unread: Option<Readings> = None;
    let mut health = Health::default();
    let neighbours = Neighbours::of(config, dataset, &devices[0]);
    let mut timing = Timing::default();
    progress.begin(span(run, step, config.epochs * steps));
    thread::scope(|scope| {
        let mut batches = Batches::prepare(scope, &plan, replicas.devices());
        for epoch in start.epoch..config.epochs {
            let first = if epoch == start.epoch { start.step_in_epoch } else { 0 };
            for step_in_epoch in first..steps {
                if stop.load(Ordering::Relaxed) {
                    progress.end();
                    // Not recorded, since a run that goes on without a break does not either.
                    if let Some(None) = unread.map(|readings| readings.read(step)).transpose()? {
                        return Err(no_number(step, epoch, config));
                    }
                    save(&learner, &mut log, Position { epoch, step_in_epoch })?;
                    return Ok(Outcome::Interrupted { step, timing });
                }
                let begun = Instant::now();
                let batch = batches.next()?;
                timing.waiting += begun.elapsed();
                let is_last = step_in_epoch + 1 == steps;
                let reads = is_last || (step + 1).is_multiple_of(config.metrics_every);
                let pace = Pace { step, rate: config.rate(step, steps), reads };
                step += 1;
                let readings;
                (learner, readings) = learner
                    .step(batch.shards(replicas.devices()), &replicas, config, pace)
                    .inspect_err(|_| progress.end())
                    .with_context(|| format!("step {step}"))?;
                if reads {
                    let Some(mut metrics) = readings.read(step)? else {
                        progress.end();
                        return Err(no_number(step, epoch, config));
                    };
                    health.see(&metrics);
                    if is_last {
                        metrics.knn = neighbours.as_ref().and_then(|of| of.judge(&learner, epoch + 1));
                    }
                    log.append(&metrics)?;
                    progress.step(&metrics, timing);
                    unread = None;
                } else {
                    unread = Some(readings);
                }
                timing.total += begun.elapsed();
            }
            if health.has_collapsed() {
                progress.end();
                log.flush()?;
                return Err(collapsed(step, epoch, config));
            }
            save(&learner, &mut log, Position { epoch: epoch + 1, step_in_epoch: 0 })?;
        }
        progress.end();
        Ok(Outcome::Finished(timing))
    })
}

/// Steps `done` of `total`, in the terms of the run.
fn span(run: &Run, done: usize, total: usize) -> Span {
    let (unit, ceiling) = (run.information_unit(), run.information_ceiling());
    Span { done, total, batch_size: run.config.batch_size, unit, ceiling }
}

fn no_number(step: usize, epoch: usize, config: &TrainConfig) -> anyhow::Error {
    anyhow::anyhow!(
        "the loss is not a number any more at step {step} (epoch {}); lower learning_rate = {:e}; the checkpoint of the \
         last whole epoch, if any, is kept",
        epoch + 1,
        config.learning_rate
    )
}

fn collapsed(step: usize, epoch: usize, config: &TrainConfig) -> anyhow::Error {
    anyhow::anyhow!(
        "all images have nearly the same embedding at step {step} (epoch {}): the encoder has collapsed; lower \
         learning_rate = {:e}, add warm_up, or match a prior (gamma = {}); the checkpoint of the epoch before, if any, is kept",
        epoch + 1,
        config.learning_rate,
        config.gamma
    )
}

fn check_data(run: &Run, dataset: &Dataset) -> anyhow::Result<()> {
    run.check_dataset(dataset)?;
    let found = dataset.fingerprint();
    ensure!(
        found == run.dataset.fingerprint,
        "the data have fingerprint {found}, the run was started with {}; resume with the same data",
        run.dataset.fingerprint
    );
    Ok(())
}
