//! What a run hands over with its encoder.

use anyhow::Context;

use super::folder::Run;
use super::{DatasetInfo, EncoderWeights, FineTuning};
use crate::quantize::{DeviceArithmetic, Provenance};
use crate::settings::TrainConfig;

impl Run {
    /// What a `.dim` file says of the encoder with these weights, and the arithmetic that it keeps there.
    ///
    /// # Errors
    /// As [`Run::epochs_done`].
    pub fn provenance(&self, weights: EncoderWeights) -> anyhow::Result<Provenance> {
        let DatasetInfo { name, fingerprint, .. } = &self.dataset;
        let here = format!("{name} ({fingerprint})");
        let dataset = match (&self.imported, &self.fine_tuning) {
            (Some(_), _) => format!("unknown, calibrated with {here}"),
            (None, Some(tuning)) if tuning.dataset_before != here => format!("{}, then {here}", tuning.dataset_before),
            (None, _) => here,
        };
        Ok(Provenance {
            objective: self.objective(),
            dataset,
            epochs: self.epochs_done()?.whole,
            seed: self.config.seed,
            arithmetic: self.device_arithmetic(weights)?,
        })
    }

    /// The device's arithmetic for an encoder with these weights, of a run that learns in it.
    pub(in crate::training) fn device_arithmetic(
        &self,
        weights: EncoderWeights,
    ) -> anyhow::Result<Option<DeviceArithmetic>> {
        let Some(integers) = self.config.arithmetic.integers() else { return Ok(None) };
        let tuning = self.fine_tuning.as_ref();
        let FineTuning { ranges, whitened, .. } = tuning.context(TrainConfig::NEEDS_TRAINED_ENCODER)?.clone();
        let whitened = whitened.filter(|_| weights == EncoderWeights::Whitened);
        Ok(Some(DeviceArithmetic { ranges, integers, whitened }))
    }
}
