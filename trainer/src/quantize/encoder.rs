//! A run's encoder as the bytes of a `.dim` file.

use anyhow::Context;
use burn::tensor::Device;
use dim_conformance::oracle;
use dim_model_format::{About, Model, Rounding, prove};

use super::{calibrate, check_operators, lower};
use crate::data::Dataset;
use crate::model::Encoder;
use crate::training::{DatasetInfo, Run};

/// Calibrates on the first `calibration` training images, lowers, and states the proof of the outputs.
///
/// # Errors
/// If the encoder has operators or extents that the format has not.
pub fn quantize(
    run: &Run,
    encoder: &Encoder,
    dataset: &Dataset,
    calibration: usize,
    rounding: Rounding,
    device: &Device,
) -> anyhow::Result<Vec<u8>> {
    let architecture = run.architecture();
    check_operators(&architecture)?;
    let images = dataset.train.first(calibration);
    let ranges = calibrate(encoder, &images, device);
    let producer = format!("dim {}", env!("CARGO_PKG_VERSION"));
    let DatasetInfo { name, fingerprint, .. } = &run.dataset;
    let data = match run.imported {
        Some(_) => format!("unknown, calibrated with {name} ({fingerprint})"),
        None => format!("{name} ({fingerprint})"),
    };
    let about = About {
        name: architecture.name,
        producer: &producer,
        objective: &run.objective(),
        dataset: &data,
        epochs: u32::try_from(run.epochs_done()?.whole).context("epochs")?,
        seed: run.config.seed,
    };
    let file = lower(&encoder.export(), &ranges, rounding, about).context("lowering the encoder")?;
    // By the oracle, so that the kernels' own computation of it is a comparison.
    let digest = oracle::proof(&Model::parse(&file)?);
    Ok(prove(&file, digest)?)
}
