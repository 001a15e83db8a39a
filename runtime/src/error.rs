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
    /// The runtime was built without the feature of an operator.
    #[error("node {node} is an operator that this build leaves out; enable the feature `{feature}` of dim-runtime")]
    LeftOut {
        /// Number of the node.
        node: usize,
        /// The missing feature.
        feature: &'static str,
    },
    /// The image does not have the model's shape.
    #[error("the image has {got} bytes, the encoder takes {expected} (height x width x channels)")]
    ImageLength {
        /// Bytes of one image.
        expected: usize,
        /// Bytes given.
        got: usize,
    },
    /// [`Encoder::prove`](crate::Encoder::prove): the file says nothing of its outputs.
    #[error("the file has no proof; write it again with this version of `dim quantize`")]
    NoProof,
    /// [`Encoder::prove`](crate::Encoder::prove): some output is not the one that the file was written for.
    #[error("disproved: the outputs have digest {computed:#010x}, the file states {stated:#010x}")]
    Disproved {
        /// Digest in the file.
        stated: u32,
        /// Digest of the outputs.
        computed: u32,
    },
    /// The model is no longer what was parsed, as after a fault of the memory; nothing else can lead here.
    #[error("the encoder is not the one that was parsed: its memory has changed")]
    Changed,
}
