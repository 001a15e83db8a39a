//! What decides the integers of a file, whatever the encoder has learned.

use dim_host::choices;
use dim_model_format::Rounding;

/// How an encoder becomes integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Integers {
    /// How the device rounds.
    pub rounding: Rounding,
    /// How many bits its weights have.
    pub weights: WeightBits,
}

impl Default for Integers {
    fn default() -> Self {
        Self { rounding: Rounding::Double, weights: WeightBits::Int8 }
    }
}

choices! {
    /// Bits of the weights of convolutions and fully connected layers.
    #[derive(Default)]
    pub enum WeightBits {
        /// Eight
        #[default]
        Int8 = "int8",
        /// Four, in half the bytes; eight where a layer reads the image and in depthwise convolutions, which have few
        Int4 = "int4",
    }
}
