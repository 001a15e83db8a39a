//! Numbers of records, tensors, the memory plan, the input and the taps.

use dim_model_format::{Error, Shape, TapKind, TensorError, TensorId};

use super::{Edit, tensor};

const INPUT: &str = "tensor 0 does not have the shape, scale and zero point that the input's preprocessing makes";
const SCALE: &str = "tensor 3: the scale is not a positive finite number";

pub(super) const EDITS: &[Edit] = &[
    // How many.
    (
        |draft| draft.tensors.truncate(6),
        Error::TensorCount { tensors: 6, nodes: 6 },
        "6 tensors for 6 nodes; one more tensor than nodes is needed, at most 255",
    ),
    (
        |draft| {
            draft.tensors.clear();
            draft.nodes.clear();
            draft.taps.clear();
        },
        Error::TensorCount { tensors: 0, nodes: 0 },
        "0 tensors for 0 nodes; one more tensor than nodes is needed, at most 255",
    ),
    (
        |draft| {
            draft.tensors = vec![draft.tensors[4]; 256];
            draft.nodes = vec![draft.nodes[3]; 255];
        },
        Error::TensorCount { tensors: 256, nodes: 255 },
        "256 tensors for 255 nodes; one more tensor than nodes is needed, at most 255",
    ),
    // Tensors.
    (
        |draft| draft.tensors[2].shape.width = 0,
        tensor(2, TensorError::Empty(Shape::new(3, 0, 2))),
        "tensor 2: shape 3x0x2 has no elements",
    ),
    (|draft| draft.tensors[3].quantization.scale = 0.0, tensor(3, TensorError::Scale), SCALE),
    (|draft| draft.tensors[3].quantization.scale = -0.5, tensor(3, TensorError::Scale), SCALE),
    (|draft| draft.tensors[3].quantization.scale = f32::INFINITY, tensor(3, TensorError::Scale), SCALE),
    (|draft| draft.tensors[3].quantization.scale = f32::NAN, tensor(3, TensorError::Scale), SCALE),
    (
        |draft| draft.tensors[5].arena_offset = 8,
        tensor(5, TensorError::OutsideArena { offset: 8, arena_bytes: 48 }),
        "tensor 5: at offset 8 it is misaligned or ends outside of the arena of 48 bytes",
    ),
    (
        |draft| draft.tensors[6].arena_offset = 48,
        tensor(6, TensorError::OutsideArena { offset: 48, arena_bytes: 48 }),
        "tensor 6: at offset 48 it is misaligned or ends outside of the arena of 48 bytes",
    ),
    (
        |draft| draft.tensors[6].arena_offset = 0xffff_fff0,
        tensor(6, TensorError::OutsideArena { offset: 0xffff_fff0, arena_bytes: 48 }),
        "tensor 6: at offset 4294967280 it is misaligned or ends outside of the arena of 48 bytes",
    ),
    (
        |draft| draft.tensors[1].shape = Shape::new(u16::MAX, u16::MAX, u16::MAX),
        tensor(1, TensorError::OutsideArena { offset: 0, arena_bytes: 48 }),
        "tensor 1: at offset 0 it is misaligned or ends outside of the arena of 48 bytes",
    ),
    (
        |draft| draft.arena_bytes = 43,
        tensor(3, TensorError::OutsideArena { offset: 32, arena_bytes: 43 }),
        "tensor 3: at offset 32 it is misaligned or ends outside of the arena of 43 bytes",
    ),
    // The memory plan: no operator writes over what it reads, what a later one reads, or a tap.
    (
        |draft| draft.tensors[1].arena_offset = 16,
        tensor(1, TensorError::Overlap { with: 0 }),
        "tensor 1: it overlaps tensor 0, which is in use at the same time",
    ),
    (
        |draft| draft.tensors[2].arena_offset = 0,
        tensor(2, TensorError::Overlap { with: 1 }),
        "tensor 2: it overlaps tensor 1, which is in use at the same time",
    ),
    (
        |draft| draft.tensors[6].arena_offset = 32,
        tensor(6, TensorError::Overlap { with: 3 }),
        "tensor 6: it overlaps tensor 3, which is in use at the same time",
    ),
    (
        |draft| {
            draft.taps.remove(2);
            draft.taps[2].tensor = TensorId(5);
        },
        tensor(6, TensorError::Unused),
        "tensor 6: no node and no tap uses it",
    ),
    // The input.
    (|draft| draft.input.shape = Shape::new(9, 1, 1), Error::Input, INPUT),
    (|draft| draft.tensors[0].quantization.scale = 1.0 / 127.0, Error::Input, INPUT),
    (|draft| draft.tensors[0].quantization.zero_point = -1, Error::Input, INPUT),
    // Taps.
    (
        |draft| draft.taps[1].tensor = TensorId(7),
        Error::Tap { tap: 1 },
        "tap 1 cannot be decoded, names no tensor, or stands twice",
    ),
    (
        |draft| draft.taps[2].kind = TapKind::FeatureMap,
        Error::Tap { tap: 2 },
        "tap 2 cannot be decoded, names no tensor, or stands twice",
    ),
    (|draft| draft.taps.truncate(3), Error::NoEmbedding, "no tensor is tapped as the embedding"),
];
