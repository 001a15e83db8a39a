//! Paired filters and the scratch memory that their kernels need.

use dim_model_format::{Error, NodeError, TensorError};

use super::{Edit, node, tensor};
use crate::draft::Draft;

const PADDING: &str = "node 0: the filter is not filled up with zeros";

/// Writes one byte of the weights section.
fn write(draft: &mut Draft<'_>, offset: usize, byte: u8) {
    draft.weights[offset] = byte;
}

pub(super) const EDITS: &[Edit] = &[
    // Inputs 6 and 7 of a window of 6, in the first and the last channel, and any input of a fourth channel.
    (|draft| write(draft, 10, 1), node(0, NodeError::FilterPadding), PADDING),
    (|draft| write(draft, 30, 1), node(0, NodeError::FilterPadding), PADDING),
    (|draft| write(draft, 17, 255), node(0, NodeError::FilterPadding), PADDING),
    (
        |draft| write(draft, 64 + 6, 1),
        node(1, NodeError::FilterPadding),
        "node 1: the filter is not filled up with zeros",
    ),
    (
        |draft| draft.scratch_bytes = 139,
        Error::Scratch { needed: 140, scratch: 139 },
        "139 bytes of scratch memory are stated, the nodes need 140",
    ),
    // The scratch memory takes the place of tensor 1, and more than there is.
    (
        |draft| draft.scratch_bytes = 161,
        tensor(1, TensorError::OutsideArena { offset: 16, arena_bytes: 15 }),
        "tensor 1: at offset 16 it is misaligned or ends outside of the arena of 15 bytes",
    ),
    (
        |draft| draft.scratch_bytes = u32::MAX,
        tensor(0, TensorError::OutsideArena { offset: 0, arena_bytes: 0 }),
        "tensor 0: at offset 0 it is misaligned or ends outside of the arena of 0 bytes",
    ),
];
