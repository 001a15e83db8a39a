//! The postcard header: what the file says of itself ([`About`]) and what it computes ([`Graph`]).

use serde::{Deserialize, Serialize};

use crate::version::MINOR_OF_CRITIC;
use crate::{Node, Records, Shape, Tensor, TensorId};

/// Name and provenance; nothing in it changes an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct About<'a> {
    /// Name of the encoder, such as `conv32`.
    pub name: &'a str,
    /// The program that wrote the file, with its version.
    pub producer: &'a str,
    /// The objective it was trained with, such as `dim-local-jsd`; empty if untrained.
    pub objective: &'a str,
    /// The training data, with its fingerprint.
    pub dataset: &'a str,
    /// Passes over the training data.
    pub epochs: u32,
    /// Seed of the training run.
    pub seed: u64,
}

impl<'a> About<'a> {
    /// A name without provenance.
    pub const fn named(name: &'a str) -> Self {
        Self { name, producer: "", objective: "", dataset: "", epochs: 0, seed: 0 }
    }
}

/// How accumulators are brought to the output's scale; see `docs/ARITHMETIC.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Rounding {
    /// A rounding doubling high multiplication, then a rounding shift: gemmlowp, TFLite Micro, CMSIS-NN.
    Double,
    /// One rounding of the whole product, ties up: TFLite with `TFLITE_SINGLE_ROUNDING`, CMSIS-NN with
    /// `CMSIS_NN_USE_SINGLE_ROUNDING`.
    Single,
}

/// How a raw pixel becomes an int8 input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Preprocessing {
    /// `q = pixel - 128`, which means `real = (pixel - 128) / 128`; the input has scale 1/128 and zero point 0.
    CenteredU8,
    /// `q = pixel - 128`, and the input states its own scale and zero point: of an encoder that was quantized elsewhere.
    QuantizedU8,
    /// `q = table[channel][pixel]`, and the input states its own scale and zero point: pixels of which a mean is taken off
    /// and that are divided by a deviation, channel by channel, before they are quantized.
    LookupU8 {
        /// Offset in the weights section of 256 int8 numbers for each channel.
        #[cfg(feature = "lookup")]
        tables: u32,
        /// There is none.
        #[cfg(not(feature = "lookup"))]
        #[doc(hidden)]
        absent: crate::features::Absent,
    },
}

impl Preprocessing {
    /// Offset of the tables, where there are some.
    pub(crate) const fn tables(self) -> Option<u32> {
        match self {
            #[cfg(feature = "lookup")]
            Self::LookupU8 { tables } => Some(tables),
            _ => None,
        }
    }
}

/// The image that the encoder takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// `[height, width, channels]` of the raw u8 pixels.
    pub shape: Shape,
    /// From pixel to int8.
    pub preprocessing: Preprocessing,
}

/// A tensor that has a meaning outside of the graph and stays in the arena until the end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tap {
    /// Its meaning.
    pub kind: TapKind,
    /// The tensor.
    pub tensor: TensorId,
}

/// Meaning of a tapped tensor; names as in the paper (Hjelm et al. 2019, section 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TapKind {
    /// The local feature map, `[M, M, channels]`.
    FeatureMap,
    /// The last convolution.
    Conv,
    /// The last hidden fully connected layer.
    Fc,
    /// The global representation Y. Every file has exactly one.
    Embedding,
    /// What the critic makes of the cells of the local feature map, `[M, M, width]`, zero point 0: the score of an embedding
    /// and a cell is the dot product of what it makes of both.
    CriticMap,
    /// What the critic makes of the embedding, `[1, 1, width]`, zero point 0. A file has both of these or neither.
    CriticEmbedding,
}

impl TapKind {
    /// First minor version of the format that has it.
    pub(crate) const fn minor(self) -> u16 {
        match self {
            Self::CriticMap | Self::CriticEmbedding => MINOR_OF_CRITIC,
            _ => 0,
        }
    }

    /// Name as in `--json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FeatureMap => "feature_map",
            Self::Conv => "conv",
            Self::Fc => "fc",
            Self::Embedding => "embedding",
            Self::CriticMap => "critic_map",
            Self::CriticEmbedding => "critic_embedding",
        }
    }
}

/// What the file computes. The identity is a hash of this and of the weights.
///
/// Each list is a byte string of postcard records, one after the other, so that a reader needs no
/// memory to hold it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Graph<'a> {
    /// Rounding of every operator.
    pub rounding: Rounding,
    /// The image.
    pub input: Input,
    #[serde(borrow)]
    pub(crate) tensors: &'a [u8],
    pub(crate) nodes: &'a [u8],
    pub(crate) taps: &'a [u8],
}

impl<'a> Graph<'a> {
    /// Tensor 0 is the input, tensor `i + 1` the output of node `i`.
    pub const fn tensors(&self) -> Records<'a, Tensor> {
        Records::new(self.tensors)
    }

    /// The operators, in the order in which they run.
    pub const fn nodes(&self) -> Records<'a, Node> {
        Records::new(self.nodes)
    }

    /// The tapped tensors.
    pub const fn taps(&self) -> Records<'a, Tap> {
        Records::new(self.taps)
    }
}
