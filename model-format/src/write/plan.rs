//! Places tensors in the arena, each at the lowest offset that is free for its life.
//!
//! The order decides. The first is by size, the largest first, the second by time, the last first. Then, as long as it
//! might help, the tensor that ends highest goes to the front and all are placed again; the smallest arena is kept, and
//! a search looks for a smaller one.

mod block;
mod offsets;
mod search;

use alloc::vec::Vec;

use block::Block;
use offsets::{Plan, place_in_order};

use crate::{Node, Tap, Tensor};

/// Orders that are tried for each tensor there is.
const ROUNDS_PER_TENSOR: usize = 2;

/// What an arena may grow to so that convolutions by tiles have memory: a multiple of the largest power of two that is an
/// eighth of it at most. Memory comes in such pieces.
const fn with_growth(arena_bytes: u64) -> u64 {
    match (arena_bytes / 8).checked_ilog2() {
        Some(power) => arena_bytes.next_multiple_of(1 << power),
        None => arena_bytes,
    }
}

/// What a plan takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placement {
    /// Scratch memory included.
    pub(super) arena_bytes: u32,
    /// Whether an operator writes over what it reads.
    pub(super) has_overlaps: bool,
}

/// What is free behind all tensors that are in use.
#[derive(Debug, Clone, Copy)]
pub(super) struct Free<'a> {
    /// In every step: scratch memory, where no tensor lies.
    pub(super) always: u64,
    /// What each node is faster with, while it runs; 0 for none.
    pub(super) wanted: &'a [u64],
    /// Whether that is of use only if its output does not lie over its input.
    pub(super) apart: &'a [bool],
}

/// Sets every tensor's offset, or returns `None` where the arena exceeds 32 bits. Tensors overlap only if they may and
/// the arena gets smaller by it.
pub(super) fn place(tensors: &mut [Tensor], nodes: &[Node], taps: &[Tap], free: Free<'_>) -> Option<Placement> {
    let plan = |memory: &[u64], is_apart: &[bool]| {
        let block = |tensor| Block::of(tensor, tensors, nodes, taps, memory);
        let mut blocks: Vec<Block> = (0..tensors.len()).map(block).collect();
        // Node `i` writes tensor `i + 1`.
        let outputs = blocks.iter_mut().skip(1).zip(is_apart);
        outputs.filter(|(_, is_apart)| **is_apart).for_each(|(block, _)| block.over = [None; 2]);
        let apart: Vec<Block> = blocks.iter().map(|block| Block { over: [None; 2], ..*block }).collect();
        let mut by_size: Vec<usize> = (0..blocks.len()).collect();
        by_size.sort_by_key(|&tensor| core::cmp::Reverse(tensors[tensor].shape.elements()));
        let [apart, overlapping] = [smallest(&by_size, &apart), smallest(&by_size, &blocks)];
        let has_overlaps = overlapping.arena_bytes < apart.arena_bytes;
        (if has_overlaps { overlapping } else { apart }, has_overlaps)
    };
    let memory = alloc::vec![free.always; nodes.len()];
    let mut is_apart = alloc::vec![false; nodes.len()];
    let mut best = plan(&memory, &is_apart);
    let most = with_growth(best.0.arena_bytes);
    // What no plan has room for beside the tensors of its own node is not asked for.
    let fits = |&(_, wanted): &(usize, u64)| wanted > 0 && wanted <= most;
    let mut wanted: Vec<(usize, u64)> = free.wanted.iter().copied().enumerate().filter(fits).collect();
    wanted.sort_by_key(|&(_, bytes)| bytes);
    let with = |wanted: &[(usize, u64)]| {
        let mut memory = memory.clone();
        wanted.iter().for_each(|&(node, bytes)| memory[node] = free.always.max(bytes));
        memory
    };
    while wanted.last().is_some_and(|&(_, bytes)| bytes > free.always) {
        let next = plan(&with(&wanted), &is_apart);
        if next.0.arena_bytes <= most {
            best = next;
            break;
        }
        wanted.pop();
    }
    for &(node, _) in wanted.iter().filter(|(node, _)| free.apart[*node]) {
        is_apart[node] = true;
        let next = plan(&with(&wanted), &is_apart);
        if next.0.arena_bytes <= most {
            best = next;
        } else {
            is_apart[node] = false;
        }
    }
    let (plan, has_overlaps) = best;
    for (tensor, offset) in tensors.iter_mut().zip(plan.offsets) {
        tensor.arena_offset = u32::try_from(offset).ok()?;
    }
    Some(Placement { arena_bytes: u32::try_from(plan.arena_bytes).ok()?, has_overlaps })
}

/// Bytes in use in the busiest step, where what is written lies over what is read as far as it may, and free above them;
/// no arena is smaller.
fn peak(blocks: &[Block]) -> u64 {
    let in_use = |step: usize| {
        let live = blocks.iter().filter(move |block| (block.written..=block.last_use).contains(&step));
        let saved = |&(input, lead): &(usize, u64)| {
            let [output, input] = [blocks[step].size, blocks[input].size];
            output + input - output.max(lead + input)
        };
        // Whatever lies highest, so much must be free above it.
        let above = live.clone().map(|block| block.above).min().unwrap_or(0);
        let size = live.map(|block| block.size).sum::<u64>();
        size - blocks[step].over.iter().flatten().map(saved).max().unwrap_or(0) + above
    };
    (0..blocks.len()).map(in_use).max().unwrap_or(0)
}

/// The best plan that is found.
fn smallest(by_size: &[usize], blocks: &[Block]) -> Plan {
    let peak = peak(blocks);
    let by_time: Vec<usize> = (0..blocks.len()).rev().collect();
    let [by_size, by_time] = [by_size.to_vec(), by_time].map(|order| reordered(order, blocks, peak));
    let mut best = if by_time.arena_bytes < by_size.arena_bytes { by_time } else { by_size };
    if best.arena_bytes > peak {
        search::improve(&mut best, blocks, peak);
    }
    best
}

/// The best plan of an order and those that follow from it.
fn reordered(mut order: Vec<usize>, blocks: &[Block], peak: u64) -> Plan {
    let mut best = place_in_order(&order, blocks);
    let mut plan = best.clone();
    for _ in 0..ROUNDS_PER_TENSOR * blocks.len() {
        if best.arena_bytes == peak {
            break;
        }
        order.retain(|tensor| *tensor != plan.highest);
        order.insert(0, plan.highest);
        plan = place_in_order(&order, blocks);
        if plan.arena_bytes < best.arena_bytes {
            best = plan.clone();
        }
    }
    best
}
