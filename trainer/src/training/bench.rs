//! What a training step costs on a device.

use std::time::Instant;

use anyhow::{Context, ensure};
use burn::tensor::{Device, Tensor, TensorData};
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use serde::Serialize;

use super::replicas::Replicas;
use super::shard::{Seen, Shard};
use super::step::Learner;
use crate::model::{images_to_tensor, initialize};
use crate::settings::TrainConfig;

/// Steps that are not measured: the first ones take memory, and compile kernels on a GPU.
const WARM_UP: usize = 5;
/// Of the random images, where a classifier learns.
const CLASSES: usize = 10;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepCost {
    /// Architecture of the encoder.
    pub encoder: &'static str,
    /// As in reports.
    pub objective: String,
    /// Images of a step.
    pub batch_size: usize,
    /// Steps measured.
    pub steps: usize,
    /// Mean over the steps, with reading the metrics as often as the settings say.
    pub milliseconds_per_step: f64,
    /// Images of a step, or pairs of views, by its time.
    pub images_per_second: f64,
    /// Most memory of the host that this process has had; `None` where the system does not tell.
    pub peak_mebibytes: Option<f64>,
}

/// Makes `steps` steps with the settings of a run on one batch of random pixels, in equal shards on several devices.
///
/// # Errors
/// If the settings cannot work, or a loss is not a number.
pub fn measure_steps(config: &TrainConfig, steps: usize, devices: &[Device]) -> anyhow::Result<StepCost> {
    config.validate()?;
    config.check_starts_fresh()?;
    config.precision.check(devices)?;
    ensure!(steps > 0, "--steps 0: at least one is needed");
    let devices: Vec<Device> = devices.iter().map(|device| device.clone().autodiff()).collect();
    let replicas = Replicas::new(&devices, config.shards);
    let (networks, discriminator) = initialize(config, CLASSES, &devices[0]);
    let mut learner = Learner::new(networks, discriminator, config, config.batch_size);
    let mut random = StdRng::seed_from_u64(config.seed);
    let architecture = config.preset.architecture();
    let count = config.images_per_shard();
    let shard = |(number, device): (usize, &Device)| {
        let mut pixels = vec![0; config.images_per_step() / config.shards * architecture.input.elements() as usize];
        random.fill_bytes(&mut pixels);
        let images = images_to_tensor(&pixels, architecture.input, device);
        let indices = (number * count..(number + 1) * count).collect();
        let classes = || Tensor::from_data(TensorData::new(vec![0_i64; count], [count]), device);
        let seen = Seen { images, indices, classes: config.method.reads_labels().then(classes) };
        Shard { seen, random: StdRng::from_rng(&mut random) }
    };
    let shards: Vec<Shard> = replicas.devices().iter().enumerate().map(shard).collect();

    let mut started = Instant::now();
    for step in 1..=WARM_UP + steps {
        let readings;
        (learner, readings) = learner.step(shards.clone(), &replicas, config)?;
        // The last step before and after the measured ones waits for the device.
        if step.is_multiple_of(config.metrics_every) || step == WARM_UP || step == WARM_UP + steps {
            readings.read(step)?.context("the loss is not a number; lower learning_rate")?;
        }
        if step == WARM_UP {
            started = Instant::now();
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    Ok(StepCost {
        encoder: architecture.name,
        objective: config.objective(),
        batch_size: config.batch_size,
        steps,
        milliseconds_per_step: seconds / steps as f64 * 1e3,
        images_per_second: (steps * config.batch_size) as f64 / seconds,
        peak_mebibytes: peak_mebibytes(),
    })
}

/// Linux states the peak of the resident memory in kB, which are 1024 bytes.
fn peak_mebibytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = peak.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes / 1024.0)
}
