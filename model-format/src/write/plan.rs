//! Places tensors in the arena: the largest first, each at the lowest offset that is free for its life.

use alloc::vec::Vec;

use crate::layout::ALIGNMENT;
use crate::{Node, Tap, Tensor};

/// Sets every tensor's offset and returns the size of the arena, or `None` where it exceeds 32 bits.
pub(super) fn place(tensors: &mut [Tensor], nodes: &[Node], taps: &[Tap]) -> Option<u32> {
    let last_use: Vec<usize> = (0..tensors.len()).map(|tensor| last_use(tensor, nodes, taps)).collect();
    let mut by_size: Vec<usize> = (0..tensors.len()).collect();
    by_size.sort_by_key(|&tensor| (core::cmp::Reverse(tensors[tensor].shape.elements()), tensor));
    let mut placed: Vec<usize> = Vec::new();
    let mut arena_bytes = 0;
    for tensor in by_size {
        let mut neighbours: Vec<(u64, u64)> = placed
            .iter()
            .filter(|&&other| tensor <= last_use[other] && other <= last_use[tensor])
            .map(|&other| extent(&tensors[other]))
            .collect();
        neighbours.sort_unstable();
        let size = tensors[tensor].shape.elements();
        let mut offset = 0;
        for (start, end) in neighbours {
            if offset + size <= start {
                break;
            }
            offset = offset.max(end.next_multiple_of(u64::from(ALIGNMENT)));
        }
        tensors[tensor].arena_offset = u32::try_from(offset).ok()?;
        arena_bytes = arena_bytes.max(offset + size);
        placed.push(tensor);
    }
    u32::try_from(arena_bytes.next_multiple_of(u64::from(ALIGNMENT))).ok()
}

fn extent(tensor: &Tensor) -> (u64, u64) {
    let start = u64::from(tensor.arena_offset);
    (start, start + tensor.shape.elements())
}

/// The step that last reads a tensor, where tensor `t` is written in step `t`.
fn last_use(tensor: usize, nodes: &[Node], taps: &[Tap]) -> usize {
    if taps.iter().any(|tap| usize::from(tap.tensor.0) == tensor) {
        return usize::MAX;
    }
    let reads = |node: &Node| node.inputs().any(|input| usize::from(input.0) == tensor);
    nodes.iter().rposition(reads).map_or(tensor, |node| node + 1)
}
