//! `dim finetune`: from a run folder to another one, whose encoder has learned in the device's arithmetic.

use std::process::ExitCode;

use anyhow::ensure;
use dim_host::data::Dataset;
use dim_trainer::device::Device;
use dim_trainer::quantize::{Observer, calibrate};
use dim_trainer::settings::{Arithmetic, Integers, Method, Precision, TrainConfig};
use dim_trainer::training::{EncoderWeights, Run};

use super::devices;
use super::run_data::{data_of, reading_of};
use super::train;
use crate::arguments::FinetuneArgs;
use crate::commands::input::open_data;

/// Of the run's step size: the encoder is to move a little, not to be learned anew.
const STEP_SIZE: f64 = 0.1;

pub(super) fn run(args: &FinetuneArgs) -> anyhow::Result<ExitCode> {
    ensure!(args.calibration > 0, "--calibration 0: at least one image is needed");
    devices::on(&args.on.device, |devices| finetune(args, devices))
}

fn finetune(args: &FinetuneArgs, devices: &[Device]) -> anyhow::Result<ExitCode> {
    let trained = Run::open(&args.run)?;
    let config = configure(args, &trained)?;
    config.validate()?;
    let (folder, is_there) = (&args.out, args.out.join("config.toml").exists());
    ensure!(
        args.overwrite || !is_there,
        "{}: holds a run already; `dim train --resume` to go on with it, --overwrite to replace it, or another --out",
        folder.display()
    );
    ensure!(
        !is_there || folder.canonicalize()? != args.run.canonicalize()?,
        "--out {}: is the run to start from, which is kept; name another folder",
        folder.display()
    );
    // The one that goes on, neither averaged nor whitened.
    let (encoder, _) = trained.encoder_with(Some(EncoderWeights::Last), &devices[0])?;
    let dataset = open_data(&config.data, &reading_of(&config))?;
    check_data(&trained, &dataset)?;
    let seen = dataset.train.first(args.calibration).centre_cropped(trained.architecture().input);
    let ranges = calibrate(&encoder, &seen, Observer::Minmax, &devices[0]);
    let run = Run::fine_tune(folder, &trained, config, &dataset, ranges, &devices[0])?;
    train::learn(folder, &run, &dataset, devices, args.json)
}

/// The run's settings, in the device's arithmetic and with what the command line says over them.
fn configure(args: &FinetuneArgs, trained: &Run) -> anyhow::Result<TrainConfig> {
    let mut config = trained.config.clone();
    config.arithmetic = Arithmetic::of_device(Integers { rounding: args.rounding.into(), weights: args.weights });
    // Weights are wide whatever a run learned in.
    config.precision = Precision::F32;
    config.epochs = args.epochs;
    // It has grown, and the optimizer is warm.
    config.augmentation_growth = 0.0;
    config.warm_up = 0.0;
    config.batch_size = args.batch_size.unwrap_or(config.batch_size);
    config.learning_rate = args.learning_rate.unwrap_or(STEP_SIZE * config.learning_rate);
    if let Some(data) = &args.data {
        config.data = data_of(data)?;
    }
    if args.on.device.len() > 1 {
        config.shards = args.on.device.len();
    }
    Ok(config)
}

/// Some methods have learned something of each image or class, and go on with the same ones only.
fn check_data(trained: &Run, dataset: &Dataset) -> anyhow::Result<()> {
    let keeps = trained.config.method.reads_labels() || trained.config.method == Method::Nat;
    let (found, before) = (dataset.fingerprint(), &trained.dataset.fingerprint);
    ensure!(
        !keeps || found == *before,
        "the data have fingerprint {found}, the run was trained on {before}; method = {:?} goes on with the same data only",
        trained.config.method.name()
    );
    trained.check_shape(dataset)
}
