//! Places tensors in the arena, each at the lowest offset that is free for its life.
//!
//! The order decides. The first is by size, the largest first, the second by time, the last first. Then, as long as it
//! might help, the tensor that ends highest goes to the front and all are placed again; the smallest arena is kept, and
//! a search looks for a smaller one.

mod search;

use alloc::vec::Vec;

use crate::layout::ALIGNMENT;
use crate::overlap::lead;
use crate::{Node, Tap, Tensor};

/// Orders that are tried for each tensor there is.
const ROUNDS_PER_TENSOR: usize = 2;

/// What a plan takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placement {
    pub(super) activation_bytes: u32,
    /// Whether an operator writes over what it reads.
    pub(super) has_overlaps: bool,
}

/// Sets every tensor's offset, or returns `None` where the arena exceeds 32 bits. Tensors overlap only if they may and
/// the arena gets smaller by it.
pub(super) fn place(tensors: &mut [Tensor], nodes: &[Node], taps: &[Tap]) -> Option<Placement> {
    let blocks: Vec<Block> = (0..tensors.len()).map(|tensor| Block::of(tensor, tensors, nodes, taps)).collect();
    let apart: Vec<Block> = blocks.iter().map(|block| Block { over: [None; 2], ..*block }).collect();
    let mut by_size: Vec<usize> = (0..blocks.len()).collect();
    by_size.sort_by_key(|&tensor| core::cmp::Reverse(tensors[tensor].shape.elements()));
    let [apart, overlapping] = [smallest(&by_size, &apart), smallest(&by_size, &blocks)];
    let has_overlaps = overlapping.arena_bytes < apart.arena_bytes;
    let best = if has_overlaps { overlapping } else { apart };
    for (tensor, offset) in tensors.iter_mut().zip(best.offsets) {
        tensor.arena_offset = u32::try_from(offset).ok()?;
    }
    Some(Placement { activation_bytes: u32::try_from(best.arena_bytes).ok()?, has_overlaps })
}

/// What is placed: whole units of alignment, in use from one step to another.
#[derive(Debug, Clone, Copy)]
struct Block {
    size: u64,
    written: usize,
    last_use: usize,
    /// The tensors that it may lie over, and by how much it has to start before each.
    over: [Option<(usize, u64)>; 2],
}

impl Block {
    fn of(tensor: usize, tensors: &[Tensor], nodes: &[Node], taps: &[Tap]) -> Self {
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
        Self { size, written: tensor, last_use: last_use(tensor, nodes, taps), over }
    }

    fn meets(&self, other: &Self) -> bool {
        self.written <= other.last_use && other.written <= self.last_use
    }

    /// How far above this one `other` has to start.
    fn height_below(&self, other: &Self) -> u64 {
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

/// Bytes in use in the busiest step, where what is written lies over what is read as far as it may; no arena is smaller.
fn peak(blocks: &[Block]) -> u64 {
    let in_use = |step: usize| {
        let live = blocks.iter().filter(move |block| (block.written..=block.last_use).contains(&step));
        let saved = |&(input, lead): &(usize, u64)| {
            let [output, input] = [blocks[step].size, blocks[input].size];
            output + input - output.max(lead + input)
        };
        live.map(|block| block.size).sum::<u64>() - blocks[step].over.iter().flatten().map(saved).max().unwrap_or(0)
    };
    (0..blocks.len()).map(in_use).max().unwrap_or(0)
}

#[derive(Debug, Clone)]
struct Plan {
    offsets: Vec<u64>,
    arena_bytes: u64,
    /// The tensor that ends where the arena does.
    highest: usize,
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

fn place_in_order(order: &[usize], blocks: &[Block]) -> Plan {
    let mut plan = Plan { offsets: alloc::vec![0; blocks.len()], arena_bytes: 0, highest: 0 };
    for (placed, &tensor) in order.iter().enumerate() {
        let offset = lowest_offset(tensor, &order[..placed], &plan.offsets, blocks, 0);
        plan.offsets[tensor] = offset;
        if offset + blocks[tensor].size > plan.arena_bytes {
            plan.arena_bytes = offset + blocks[tensor].size;
            plan.highest = tensor;
        }
    }
    plan
}

/// The lowest offset from `floor` on that is free for a tensor's life, next to those that are placed.
fn lowest_offset(tensor: usize, placed: &[usize], offsets: &[u64], blocks: &[Block], floor: u64) -> u64 {
    let block = &blocks[tensor];
    // A tensor lies so far below each of them, or not below its end.
    let mut neighbours: Vec<(u64, u64, u64)> = placed
        .iter()
        .map(|&other| (offsets[other], &blocks[other]))
        .filter(|(_, other)| block.meets(other))
        .map(|(at, other)| (at, block.height_below(other), at + other.height_below(block)))
        .collect();
    // By the largest offset that is below: where the tensor is below one, it is below all that follow.
    neighbours.sort_unstable_by_key(|(at, below, _)| i128::from(*at) - i128::from(*below));
    let is_in_the_way = |offset: u64, (at, below, end): &(u64, u64, u64)| offset + below > *at && offset < *end;
    neighbours.iter().fold(floor, |offset, next| if is_in_the_way(offset, next) { next.2 } else { offset })
}
