//! A run's encoder as the bytes of a `.dim` file.

use anyhow::Context;
use burn::tensor::Device;
use dim_conformance::oracle;
use dim_host::data::Dataset;
use dim_model_format::{About, Model, prove};

use super::{Observer, calibrate, lower};
use crate::model::Encoder;
use crate::settings::Integers;
use crate::training::{DatasetInfo, Run};

/// Training images whose activations set the ranges, if not said otherwise.
pub const CALIBRATION: usize = 512;

/// How an encoder becomes integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuantizeOptions {
    /// Training images that the ranges are observed on.
    pub calibration: usize,
    /// How ranges follow from what was observed.
    pub observer: Observer,
    /// What the device computes with.
    pub integers: Integers,
}

impl Default for QuantizeOptions {
    fn default() -> Self {
        Self { calibration: CALIBRATION, observer: Observer::default(), integers: Integers::default() }
    }
}

/// Calibrates on the first training images, lowers, and states the proof of the outputs. An encoder that has learned in
/// the device's arithmetic keeps its ranges, its rounding and the bits of its weights.
///
/// # Errors
/// If the encoder has operators or extents that the format has not.
pub fn quantize(
    run: &Run,
    encoder: &Encoder,
    dataset: &Dataset,
    options: QuantizeOptions,
    device: &Device,
) -> anyhow::Result<Vec<u8>> {
    let architecture = run.architecture();
    architecture.check_operators()?;
    let ranges = match &run.fine_tuning {
        Some(tuning) => tuning.ranges.clone(),
        None => calibrate(encoder, &dataset.train.first(options.calibration), options.observer, device),
    };
    let integers = run.config.arithmetic.integers().unwrap_or(options.integers);
    let producer = format!("dim {}", env!("CARGO_PKG_VERSION"));
    let DatasetInfo { name, fingerprint, .. } = &run.dataset;
    let here = format!("{name} ({fingerprint})");
    let data = match (&run.imported, &run.fine_tuning) {
        (Some(_), _) => format!("unknown, calibrated with {here}"),
        (None, Some(tuning)) if tuning.dataset_before != here => format!("{}, then {here}", tuning.dataset_before),
        (None, _) => here,
    };
    let about = About {
        name: architecture.name,
        producer: &producer,
        objective: &run.objective(),
        dataset: &data,
        epochs: u32::try_from(run.epochs_done()?.whole).context("epochs")?,
        seed: run.config.seed,
    };
    let file = lower(&encoder.export(), &ranges, integers, about).context("lowering the encoder")?;
    // By the oracle, so that the kernels' own computation of it is a comparison.
    let digest = oracle::proof(&Model::parse(&file)?);
    Ok(prove(&file, digest)?)
}
