//! How a device brings sums to int8.

use clap::ValueEnum;
use dim_model_format::Rounding;

/// The roundings of the file format.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum RoundingMode {
    /// As TensorFlow Lite Micro and CMSIS-NN round
    #[default]
    Double,
    /// As both do with the option of a single rounding
    Single,
}

impl From<RoundingMode> for Rounding {
    fn from(mode: RoundingMode) -> Self {
        match mode {
            RoundingMode::Double => Self::Double,
            RoundingMode::Single => Self::Single,
        }
    }
}
