//! Why an encoder has no equal in TOSA.

/// An encoder that cannot be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
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
    /// A rounding newer than this exporter.
    #[error("the encoder's rounding is neither TOSA's DOUBLE_ROUND nor its SINGLE_ROUND")]
    Rounding,
    /// FlatBuffers and the extents in them end at 2 GiB.
    #[error("the encoder takes {0} bytes of file or arena; a .tosa file can state at most 2147483647")]
    TooLarge(usize),
}

/// What of a layer TOSA cannot express to the bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Inexpressible {
    /// TOSA does not define what `RESCALE` makes of a number so large.
    #[error(
        "channel {channel} may reach {largest}, and TOSA's RESCALE to its factor takes less than 2^{bits}; \
         quantize with a larger output scale"
    )]
    Range {
        /// Output channel, 0 where all have one factor.
        channel: usize,
        /// Magnitude of the largest number that may come.
        largest: i64,
        /// Bits of the range that TOSA defines.
        bits: u8,
    },
    /// TOSA's shifts start at 2.
    #[error(
        "channel {channel} has the shift {shift}, and TOSA's RESCALE takes at most 29; quantize with a larger output scale"
    )]
    Shift {
        /// Output channel, 0 where all have one factor.
        channel: usize,
        /// As the `.dim` file states it.
        shift: i8,
    },
    /// An operator newer than this exporter.
    #[error("the operator has no equal in TOSA 1.0")]
    Operator,
}
