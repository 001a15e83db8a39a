//! Operators of formats 1.5 and 1.6, and versions that do not have what their file uses.

use dim_model_format::{
    Concatenation, Error, Lookup, Mean, Mul, NO_TENSOR, Node, NodeError, Preprocessing, Shape, TensorId,
};

use super::{Edit, node};
use crate::draft::Draft;

fn mean<'d>(draft: &'d mut Draft<'_>) -> &'d mut Mean {
    let Node::Mean(op) = &mut draft.nodes[0] else { unreachable!() };
    op
}

fn lookup<'d>(draft: &'d mut Draft<'_>) -> &'d mut Lookup {
    let Node::Lookup(op) = &mut draft.nodes[1] else { unreachable!() };
    op
}

fn concatenation<'d>(draft: &'d mut Draft<'_>, node: usize) -> &'d mut Concatenation {
    let Node::Concatenation(op) = &mut draft.nodes[node] else { unreachable!() };
    op
}

fn mul<'d>(draft: &'d mut Draft<'_>, node: usize) -> &'d mut Mul {
    let Node::Mul(op) = &mut draft.nodes[node] else { unreachable!() };
    op
}

const fn rescale(multiplier: i32, shift: i8) -> Error {
    node(0, NodeError::MeanRescale { multiplier, shift })
}

/// Of `mean-1.5.dim`.
pub(super) const MEAN: &[Edit] = &[
    (
        |draft| draft.minor = 4,
        node(0, NodeError::Version(5)),
        "node 0: its operator came with format 1.5, and the file states an older one",
    ),
    (
        |draft| draft.tensors[1].shape = Shape::new(1, 2, 4),
        node(0, NodeError::Shape { found: Shape::new(1, 2, 4) }),
        "node 0: its output has shape 1x2x4, which does not follow from its inputs and parameters",
    ),
    (
        |draft| draft.tensors[1].shape = Shape::vector(3),
        node(0, NodeError::Shape { found: Shape::vector(3) }),
        "node 0: its output has shape 1x1x3, which does not follow from its inputs and parameters",
    ),
    (
        |draft| mean(draft).clamp.min = 100,
        node(0, NodeError::Clamp),
        "node 0: the clamp's minimum is above its maximum",
    ),
    (
        |draft| mean(draft).rescale.multiplier = -1,
        rescale(-1, -1),
        "node 0: multiplier -1 of a mean must not be negative, and its shift -1 be in -31..=30",
    ),
    (
        |draft| mean(draft).rescale.shift = 31,
        rescale(715_827_882, 31),
        "node 0: multiplier 715827882 of a mean must not be negative, and its shift 31 be in -31..=30",
    ),
    (
        |draft| mean(draft).rescale.shift = -32,
        rescale(715_827_882, -32),
        "node 0: multiplier 715827882 of a mean must not be negative, and its shift -32 be in -31..=30",
    ),
];

/// Of `lookup-1.5.dim`.
pub(super) const LOOKUP: &[Edit] = &[
    (
        |draft| draft.minor = 4,
        node(1, NodeError::Version(5)),
        "node 1: its operator came with format 1.5, and the file states an older one",
    ),
    (
        |draft| lookup(draft).input = TensorId(2),
        node(1, NodeError::Order(2)),
        "node 1: it reads tensor 2, which no earlier node writes",
    ),
    (
        |draft| draft.tensors[2].shape = Shape::vector(2),
        node(1, NodeError::Shape { found: Shape::vector(2) }),
        "node 1: its output has shape 1x1x2, which does not follow from its inputs and parameters",
    ),
    // A table over the parameters before it, one out of line, and one that is cut off.
    (
        |draft| lookup(draft).table = 0,
        node(1, NodeError::Parameters(0)),
        "node 1: its parameters at offset 0 are misaligned, overlap the ones before, or leave the weights section",
    ),
    (
        |draft| lookup(draft).table = 17,
        node(1, NodeError::Parameters(17)),
        "node 1: its parameters at offset 17 are misaligned, overlap the ones before, or leave the weights section",
    ),
    (
        |draft| draft.weights.truncate(16 + 255),
        node(1, NodeError::Parameters(16)),
        "node 1: its parameters at offset 16 are misaligned, overlap the ones before, or leave the weights section",
    ),
];

const QUANTIZATION: &str = "node 1: a concatenation needs the same scale and zero point in all inputs and its output";

/// Of `concatenation-1.5.dim`.
pub(super) const CONCATENATION: &[Edit] = &[
    (
        |draft| draft.minor = 4,
        node(0, NodeError::Version(5)),
        "node 0: its operator came with format 1.5, and the file states an older one",
    ),
    (
        |draft| concatenation(draft, 1).inputs[1] = TensorId(2),
        node(1, NodeError::Order(2)),
        "node 1: it reads tensor 2, which no earlier node writes",
    ),
    (
        |draft| concatenation(draft, 0).inputs = [NO_TENSOR; 10],
        node(0, NodeError::Order(255)),
        "node 0: it reads tensor 255, which no earlier node writes",
    ),
    (|draft| draft.tensors[2].quantization.zero_point = 1, node(1, NodeError::ConcatenationQuantization), QUANTIZATION),
    (|draft| draft.tensors[2].quantization.scale = 1.0, node(1, NodeError::ConcatenationQuantization), QUANTIZATION),
    (
        |draft| concatenation(draft, 0).inputs[3] = TensorId(0),
        node(0, NodeError::Order(255)),
        "node 0: it reads tensor 255, which no earlier node writes",
    ),
    // Another sum, and inputs of different extents.
    (
        |draft| concatenation(draft, 2).inputs[2] = TensorId(2),
        node(2, NodeError::Shape { found: Shape::new(4, 6, 4) }),
        "node 2: its output has shape 4x6x4, which does not follow from its inputs and parameters",
    ),
    (
        |draft| concatenation(draft, 2).inputs[1] = TensorId(1),
        node(2, NodeError::Shape { found: Shape::new(4, 6, 4) }),
        "node 2: its output has shape 4x6x4, which does not follow from its inputs and parameters",
    ),
    (
        |draft| draft.tensors[4].shape = Shape::new(1, 108, 1),
        node(3, NodeError::Shape { found: Shape::new(1, 108, 1) }),
        "node 3: its output has shape 1x108x1, which does not follow from its inputs and parameters",
    ),
];

/// Of `mul-1.6.dim`.
pub(super) const MUL: &[Edit] = &[
    (
        |draft| draft.minor = 5,
        node(0, NodeError::Version(6)),
        "node 0: its operator came with format 1.6, and the file states an older one",
    ),
    (
        |draft| mul(draft, 2).inputs[1] = TensorId(3),
        node(2, NodeError::Order(3)),
        "node 2: it reads tensor 3, which no earlier node writes",
    ),
    (
        |draft| mul(draft, 0).inputs[0] = TensorId(255),
        node(0, NodeError::Order(255)),
        "node 0: it reads tensor 255, which no earlier node writes",
    ),
    // The first input is not repeated.
    (
        |draft| mul(draft, 2).inputs = [TensorId(2), TensorId(1)],
        node(2, NodeError::Shape { found: Shape::new(3, 2, 4) }),
        "node 2: its output has shape 3x2x4, which does not follow from its inputs and parameters",
    ),
    (
        |draft| draft.tensors[1].shape = Shape::new(2, 3, 4),
        node(0, NodeError::Shape { found: Shape::new(2, 3, 4) }),
        "node 0: its output has shape 2x3x4, which does not follow from its inputs and parameters",
    ),
    // Two rows of the three, which do not repeat to three.
    (
        |draft| {
            let Node::MaxPool2d(op) = &mut draft.nodes[1] else { unreachable!() };
            op.window.kernel[0] = 2;
            draft.tensors[2].shape = Shape::new(2, 1, 4);
        },
        node(2, NodeError::Shape { found: Shape::new(3, 2, 4) }),
        "node 2: its output has shape 3x2x4, which does not follow from its inputs and parameters",
    ),
    (
        |draft| mul(draft, 0).clamp.min = 100,
        node(0, NodeError::Clamp),
        "node 0: the clamp's minimum is above its maximum",
    ),
    (
        |draft| mul(draft, 0).rescale.multiplier = 1,
        node(0, NodeError::Rescale { multiplier: 1, shift: -6 }),
        "node 0: multiplier 1 must be 0 or at least 2^30, and shift -6 in -31..=30",
    ),
    (
        |draft| mul(draft, 2).rescale.shift = 31,
        node(2, NodeError::Rescale { multiplier: 1 << 30, shift: 31 }),
        "node 2: multiplier 1073741824 must be 0 or at least 2^30, and shift 31 in -31..=30",
    ),
];

fn set_tables(draft: &mut Draft<'_>, tables: u32) {
    draft.input.preprocessing = Preprocessing::LookupU8 { tables };
}

/// Of `input-tables-1.5.dim`.
pub(super) const INPUT_TABLES: &[Edit] = &[
    (|draft| draft.minor = 4, Error::Header, "the header cannot be decoded"),
    (
        |draft| set_tables(draft, 8),
        Error::InputTables(8),
        "the input's tables at offset 8 are misaligned or leave the weights section",
    ),
    // One more than the last place for two tables.
    (
        |draft| draft.weights.truncate(511),
        Error::InputTables(0),
        "the input's tables at offset 0 are misaligned or leave the weights section",
    ),
    // Over the parameters of the node.
    (
        |draft| {
            draft.weights.extend([0; 16]);
            set_tables(draft, 16);
        },
        node(0, NodeError::Parameters(512)),
        "node 0: its parameters at offset 512 are misaligned, overlap the ones before, or leave the weights section",
    ),
];

/// Of `int4-1.4.dim`.
pub(super) const INT4: &[Edit] = &[(
    |draft| draft.minor = 3,
    node(0, NodeError::Version(4)),
    "node 0: its operator came with format 1.4, and the file states an older one",
)];

/// Of `paired-1.1.dim`.
pub(super) const PAIRED: &[Edit] = &[(
    |draft| draft.minor = 0,
    node(0, NodeError::Version(1)),
    "node 0: its operator came with format 1.1, and the file states an older one",
)];

const NOT_OF_ONE: &str = "the taps of its critic do not go together, or came with a later format than the file states";

/// Of `critic-1.7.dim`.
pub(super) const CRITIC: &[Edit] = &[
    (|draft| draft.minor = 6, Error::Critic, NOT_OF_ONE),
    (|draft| draft.taps.truncate(3), Error::Critic, NOT_OF_ONE),
    (|draft| _ = draft.taps.remove(0), Error::Critic, NOT_OF_ONE),
    (|draft| draft.tensors[4].quantization.zero_point = -1, Error::Critic, NOT_OF_ONE),
    (|draft| draft.tensors[5].quantization.zero_point = 1, Error::Critic, NOT_OF_ONE),
    (|draft| draft.taps[3].tensor = TensorId(2), Error::Critic, NOT_OF_ONE),
];
