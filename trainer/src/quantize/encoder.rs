//! A trained encoder as the bytes of a `.dim` file.

use anyhow::Context;
use burn::tensor::Device;
use dim_conformance::oracle;
use dim_host::data::Dataset;
use dim_model_format::{About, Model, prove};

use super::{DeviceArithmetic, Observer, Provenance, calibrate, calibrate_critic, lower};
use crate::model::{Encoder, FloatCritic};
use crate::settings::Integers;

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
/// With the critic that it learned with, a device judges by it what is novel.
///
/// # Errors
/// If the encoder has operators or extents that the format has not.
pub fn quantize(
    provenance: &Provenance,
    encoder: &Encoder,
    critic: Option<FloatCritic>,
    dataset: &Dataset,
    options: QuantizeOptions,
    device: &Device,
) -> anyhow::Result<Vec<u8>> {
    let architecture = encoder.architecture();
    architecture.check_operators()?;
    let images = dataset.train.first(options.calibration);
    let calibrated = || DeviceArithmetic::new(calibrate(encoder, &images, options.observer, device), options.integers);
    let arithmetic = provenance.arithmetic.clone().unwrap_or_else(calibrated);
    let producer = format!("dim {}", env!("CARGO_PKG_VERSION"));
    let about = About {
        name: &architecture.name,
        producer: &producer,
        objective: &provenance.objective,
        dataset: &provenance.dataset,
        epochs: u32::try_from(provenance.epochs).context("epochs")?,
        seed: provenance.seed,
    };
    let critic = critic.map(|critic| calibrate_critic(critic, encoder, &images, device));
    let file = lower(&encoder.export(), &arithmetic, critic.as_ref(), about).context("lowering the encoder")?;
    // By the oracle, so that the kernels' own computation of it is a comparison.
    let digest = oracle::proof(&Model::parse(&file)?);
    Ok(prove(&file, digest)?)
}
