//! What a training step costs on a device.

use std::thread;
use std::time::Instant;

use anyhow::{Context, ensure};
use burn::tensor::Device;
use dim_host::data::{Dataset, Images};
use dim_host::representation::Features;
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use serde::Serialize;

use super::batches::{Batches, Plan};
use super::clusters::Clusters;
use super::position::Position;
use super::replicas::Replicas;
use super::run::Run;
use super::step::{Learner, Pace};
use super::teacher::Teacher;
use crate::model::initialize;
use crate::settings::TrainConfig;

/// Steps that are not measured: the first ones take memory, and compile kernels on a GPU.
const WARM_UP: usize = 5;
/// Of the random images, where a classifier learns.
const CLASSES: usize = 10;
/// Different ones.
const BATCHES: usize = 4;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepCost {
    /// Architecture of the encoder.
    pub encoder: String,
    /// As in reports.
    pub objective: String,
    /// Images of a step.
    pub batch_size: usize,
    /// Steps measured.
    pub steps: usize,
    /// Mean over the steps, with reading the metrics as often as the settings say.
    pub milliseconds_per_step: f64,
    /// Images of a step, each with all its views, by its time.
    pub images_per_second: f64,
    /// Views that one core prepares in a second, while no step is computed.
    pub views_per_second: f64,
    /// Most memory of the host that this process has had; `None` where the system does not tell.
    pub peak_mebibytes: Option<f64>,
}

/// Makes `steps` steps with the settings of a run on random pixels, in equal shards on several devices. Views are prepared on
/// other threads meanwhile, as in a run.
///
/// # Errors
/// If the settings cannot work, their teacher cannot teach, files of embeddings cannot be read, or a loss is not a number.
pub fn measure_steps(config: &TrainConfig, steps: usize, devices: &[Device]) -> anyhow::Result<StepCost> {
    config.validate()?;
    config.check_starts_fresh()?;
    config.precision.check(devices)?;
    ensure!(steps > 0, "--steps 0: at least one is needed");
    let devices: Vec<Device> = devices.iter().map(|device| device.clone().autodiff()).collect();
    let replicas = Replicas::new(&devices, config.shards);
    let (mut networks, discriminator) = initialize(config, CLASSES, &devices[0]);
    let teacher = Run::teacher_of(config, &devices[0])?;
    if let Some((_, taught_by)) = &teacher {
        networks = networks.with_teacher(taught_by.units, config, &devices[0]);
    }
    let dataset = random_images(config);
    // Rows of real images stand for those of the random ones.
    let files = Run::embeddings_for(&TrainConfig { limit: dataset.train.len(), ..config.clone() }, &dataset)?;
    let embeddings: Vec<Features> = files.into_iter().map(|(features, _)| features).collect();
    if !embeddings.is_empty() {
        networks = networks.with_clusters(config, &devices[0]);
    }
    let mut learner = Learner::new(networks, discriminator, config, config.batch_size);
    learner.teacher = teacher.map(|(encoder, _)| Teacher::new(&encoder, &replicas));
    learner.clusters = Clusters::new(&embeddings, config, &replicas)?;
    // Long enough for all steps, and with views as the most steps of a run have them.
    let config = &TrainConfig { epochs: WARM_UP + steps, augmentation_growth: 0.0, ..config.clone() };
    let plan = Plan::new(config, &dataset, Position { epoch: 0, step_in_epoch: 0 });
    let images: Vec<usize> = (0..config.batch_size).collect();
    let started = Instant::now();
    (1..=BATCHES).for_each(|step| drop(plan.batch(&images, step)));
    let views_per_second = (BATCHES * config.images_per_step()) as f64 / started.elapsed().as_secs_f64();
    let seconds = thread::scope(|scope| {
        let mut batches = Batches::prepare(scope, &plan, replicas.devices());
        let mut started = Instant::now();
        for step in 1..=WARM_UP + steps {
            let readings;
            let reads = step.is_multiple_of(config.metrics_every);
            let pace = Pace { step: step - 1, rate: config.rate(step - 1, BATCHES), reads };
            (learner, readings) = learner.step(batches.next()?.shards(replicas.devices()), &replicas, config, pace)?;
            // The last step before and after the measured ones waits for the device.
            if step.is_multiple_of(config.metrics_every) || step == WARM_UP || step == WARM_UP + steps {
                readings.read(step)?.context("the loss is not a number; lower learning_rate")?;
            }
            if step == WARM_UP {
                started = Instant::now();
            }
        }
        anyhow::Ok(started.elapsed().as_secs_f64())
    })?;
    Ok(StepCost {
        encoder: config.encoder.name.clone(),
        objective: config.objective(),
        batch_size: config.batch_size,
        steps,
        milliseconds_per_step: seconds / steps as f64 * 1e3,
        images_per_second: (steps * config.batch_size) as f64 / seconds,
        views_per_second,
        peak_mebibytes: peak_mebibytes(),
    })
}

/// Of the encoder's shape and with classes, enough for some steps.
fn random_images(config: &TrainConfig) -> Dataset {
    let shape = config.encoder.input;
    let count = BATCHES * config.batch_size;
    let mut pixels = vec![0; count * shape.elements() as usize];
    StdRng::seed_from_u64(config.seed).fill_bytes(&mut pixels);
    let labels = (0..count).map(|image| (image % CLASSES) as u8).collect();
    let images = |pixels, labels| Images { shape, pixels, labels };
    Dataset {
        name: "random".to_owned(),
        classes: (0..CLASSES).map(|class| class.to_string()).collect(),
        train: images(pixels, Some(labels)),
        unlabelled: images(Vec::new(), None),
        test: images(Vec::new(), None),
    }
}

/// Linux states the peak of the resident memory in kB, which are 1024 bytes.
fn peak_mebibytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = peak.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes / 1024.0)
}
