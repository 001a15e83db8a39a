//! What is placed: a tensor for the time that it is in use.

use crate::layout::ALIGNMENT;
use crate::overlap::lead;
use crate::{Node, Tap, Tensor};

/// What is placed: whole units of alignment, in use from one step to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    pub(super) size: u64,
    pub(super) written: usize,
    pub(super) last_use: usize,
    /// Bytes that must be free behind it as long as it is in use.
    pub(super) above: u64,
    /// The tensors that it may lie over, and by how much it has to start before each.
    pub(super) over: [Option<(usize, u64)>; 2],
}

impl Block {
    /// A tensor, where each node has so many bytes of memory behind all that is in use while it runs.
    pub(super) fn of(tensor: usize, tensors: &[Tensor], nodes: &[Node], taps: &[Tap], memory: &[u64]) -> Self {
        let size = tensors[tensor].shape.elements().next_multiple_of(u64::from(ALIGNMENT));
        let mut over = [None; 2];
        if let Some(node) = tensor.checked_sub(1).and_then(|node| nodes.get(node)) {
            let inputs = node.inputs().map(|input| usize::from(input.0));
            let ends_here = inputs.filter(|&input| last_use(input, nodes, taps) == tensor);
            for (over, input) in over.iter_mut().zip(ends_here) {
                let lead = lead(node, tensors[input].shape, tensors[tensor].shape).map(u64::from);
                *over = lead.map(|lead| (input, lead.next_multiple_of(u64::from(ALIGNMENT)).min(size)));
            }
        }
        let last_use = last_use(tensor, nodes, taps);
        // Node `i` runs in step `i + 1`.
        let in_use = memory.iter().take(last_use).skip(tensor.saturating_sub(1));
        Self { size, written: tensor, last_use, above: in_use.copied().max().unwrap_or(0), over }
    }

    /// The end of the arena, as far as this one is concerned, if it starts at `offset`.
    pub(super) fn top(&self, offset: u64) -> u64 {
        offset + self.size + self.above
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.written <= other.last_use && other.written <= self.last_use
    }

    /// How far above this one `other` has to start.
    pub(super) fn height_below(&self, other: &Self) -> u64 {
        let over = self.over.iter().flatten().find(|(input, _)| *input == other.written);
        over.map_or(self.size, |(_, lead)| *lead)
    }
}

/// The step that last reads a tensor, where tensor `t` is written in step `t`.
fn last_use(tensor: usize, nodes: &[Node], taps: &[Tap]) -> usize {
    if taps.iter().any(|tap| usize::from(tap.tensor.0) == tensor) {
        return usize::MAX;
    }
    let reads = |node: &Node| node.inputs().any(|input| usize::from(input.0) == tensor);
    nodes.iter().rposition(reads).map_or(tensor, |node| node + 1)
}
