//! What can go wrong around a valid model.

/// Memory or an image that does not fit the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error {
    /// The activations do not fit.
    #[error("the arena has {got} bytes, the encoder needs {needed}")]
    ArenaTooSmall {
        /// Bytes that the model states.
        needed: usize,
        /// Bytes given.
        got: usize,
    },
    /// The image does not have the model's shape.
    #[error("the image has {got} bytes, the encoder takes {expected} (height x width x channels)")]
    ImageLength {
        /// Bytes of one image.
        expected: usize,
        /// Bytes given.
        got: usize,
    },
}
