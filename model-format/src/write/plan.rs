//! Places tensors in the arena, each at the lowest offset that is free for its life.
//!
//! The order decides. The first is by size, the largest first. Then, as long as it might help, the
//! tensor that ends highest goes to the front and all are placed again; the smallest arena is kept.

use alloc::vec::Vec;

use crate::layout::ALIGNMENT;
use crate::{Node, Tap, Tensor};

/// Orders that are tried for each tensor there is.
const ROUNDS_PER_TENSOR: usize = 2;

/// Sets every tensor's offset and returns the size of the arena, or `None` where it exceeds 32 bits.
pub(super) fn place(tensors: &mut [Tensor], nodes: &[Node], taps: &[Tap]) -> Option<u32> {
    let blocks: Vec<Block> = (0..tensors.len()).map(|tensor| Block::of(tensor, tensors, nodes, taps)).collect();
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    order.sort_by_key(|&tensor| (core::cmp::Reverse(tensors[tensor].shape.elements()), tensor));
    let mut best = place_in_order(&order, &blocks);
    let peak = peak(&blocks);
    let mut plan = best.clone();
    for _ in 0..ROUNDS_PER_TENSOR * blocks.len() {
        if best.arena_bytes == peak {
            break;
        }
        order.retain(|tensor| *tensor != plan.highest);
        order.insert(0, plan.highest);
        plan = place_in_order(&order, &blocks);
        if plan.arena_bytes < best.arena_bytes {
            best = plan.clone();
        }
    }
    for (tensor, offset) in tensors.iter_mut().zip(best.offsets) {
        tensor.arena_offset = u32::try_from(offset).ok()?;
    }
    u32::try_from(best.arena_bytes).ok()
}

/// What is placed: whole units of alignment, in use from one step to another.
#[derive(Debug, Clone, Copy)]
struct Block {
    size: u64,
    written: usize,
    last_use: usize,
}

impl Block {
    fn of(tensor: usize, tensors: &[Tensor], nodes: &[Node], taps: &[Tap]) -> Self {
        let size = tensors[tensor].shape.elements().next_multiple_of(u64::from(ALIGNMENT));
        Self { size, written: tensor, last_use: last_use(tensor, nodes, taps) }
    }

    fn meets(&self, other: &Self) -> bool {
        self.written <= other.last_use && other.written <= self.last_use
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

/// Bytes in use in the busiest step; no arena is smaller.
fn peak(blocks: &[Block]) -> u64 {
    let in_use = |step| blocks.iter().filter(move |block| (block.written..=block.last_use).contains(&step));
    (0..blocks.len()).map(|step| in_use(step).map(|block| block.size).sum()).max().unwrap_or(0)
}

#[derive(Debug, Clone)]
struct Plan {
    offsets: Vec<u64>,
    arena_bytes: u64,
    /// The tensor that ends where the arena does.
    highest: usize,
}

fn place_in_order(order: &[usize], blocks: &[Block]) -> Plan {
    let mut plan = Plan { offsets: alloc::vec![0; blocks.len()], arena_bytes: 0, highest: 0 };
    for (placed, &tensor) in order.iter().enumerate() {
        let block = &blocks[tensor];
        let mut neighbours: Vec<(u64, u64)> = order[..placed]
            .iter()
            .filter(|&&other| block.meets(&blocks[other]))
            .map(|&other| (plan.offsets[other], plan.offsets[other] + blocks[other].size))
            .collect();
        neighbours.sort_unstable();
        let mut offset = 0;
        for (start, end) in neighbours {
            if offset + block.size <= start {
                break;
            }
            offset = offset.max(end);
        }
        plan.offsets[tensor] = offset;
        if offset + block.size > plan.arena_bytes {
            plan.arena_bytes = offset + block.size;
            plan.highest = tensor;
        }
    }
    plan
}
