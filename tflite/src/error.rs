//! Why an encoder has no equal in the other format.

use dim_model_format::{Clamp, Padding, Rescale};

/// An encoder that cannot be exported.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// A layer has no exact equal.
    #[error("layer {layer}, {operator}: {reason}")]
    Layer {
        /// Its number, as in `dim inspect`.
        layer: usize,
        /// Name of the operator.
        operator: &'static str,
        /// What cannot be expressed.
        reason: Inexpressible,
    },
    /// The file asks for another arithmetic than that of TensorFlow Lite Micro.
    #[error("the encoder's rounding is not the double rounding of TensorFlow Lite Micro")]
    Rounding,
    /// FlatBuffers and the extents in them end at 2 GiB.
    #[error("the encoder takes {0} bytes of file or arena; a .tflite file can state at most 2147483647")]
    TooLarge(usize),
}

/// What of a layer `TFLite` cannot express to the bit.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Inexpressible {
    /// No 32-bit weight scale makes the factor.
    #[error(
        "no 32-bit weight scale gives channel {channel} its factor {} * 2^{}; quantize the run again with this version of dim",
        .rescale.multiplier, i32::from(.rescale.shift) - 31
    )]
    Factor {
        /// Output channel.
        channel: usize,
        /// The factor.
        rescale: Rescale,
    },
    /// `TFLite` derives an addition's factors from the scales of its tensors.
    #[error("its factors are not the ones that TFLite derives from the scales of its tensors, with a left shift of 20")]
    SumFactors,
    /// `TFLite` derives a mean's factor from the scales of its tensors.
    #[error("its factor is not the one that TFLite derives from the scales of its tensors")]
    MeanFactor,
    /// `TFLite` derives a product's factor from the scales of its tensors.
    #[error("its factor is not the one that TFLite derives from the scales of its tensors")]
    ProductFactor,
    /// A table that none of `TFLite`'s operators has at these scales.
    #[error(
        "its table is not that of QUANTIZE, LEAKY_RELU, LOGISTIC, TANH or HARD_SWISH for the scales of its tensors"
    )]
    Table,
    /// Only some of `TFLite`'s operators have a fused activation.
    #[error("it keeps its output in {}..={}, and TFLite's operator cannot", .0.min, .0.max)]
    Bounded(Clamp),
    /// A left shift that overflows is defined in a `.dim` file, but not in C++.
    #[error("channel {channel} may leave 32 bits when its accumulator is shifted left by {shift}")]
    LeftShift {
        /// Output channel.
        channel: usize,
        /// Bits.
        shift: i8,
    },
    /// Not one of the activations that can be fused.
    #[error("it keeps its output in {}..={}, which is no activation, ReLU or ReLU6 at its scale", .0.min, .0.max)]
    Activation(Clamp),
    /// The mean leaves padding out, so the padding cannot be written as values.
    #[error(
        "the mean over a padding of top {}, left {}, bottom {}, right {} needs TFLite's SAME or VALID",
        .0.top, .0.left, .0.bottom, .0.right
    )]
    Padding(Padding),
    /// An operator newer than this exporter.
    #[error("the operator has no equal in TFLite")]
    Operator,
}
