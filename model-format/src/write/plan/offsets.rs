//! Offsets of all blocks, each the lowest that those before it leave free.

use alloc::vec::Vec;

use super::block::Block;

#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) offsets: Vec<u64>,
    pub(super) arena_bytes: u64,
    /// The tensor on which the end of the arena depends.
    pub(super) highest: usize,
}

pub(super) fn place_in_order(order: &[usize], blocks: &[Block]) -> Plan {
    let mut plan = Plan { offsets: alloc::vec![0; blocks.len()], arena_bytes: 0, highest: 0 };
    for (placed, &tensor) in order.iter().enumerate() {
        let offset = lowest_offset(tensor, &order[..placed], &plan.offsets, blocks, 0);
        plan.offsets[tensor] = offset;
        if blocks[tensor].top(offset) > plan.arena_bytes {
            plan.arena_bytes = blocks[tensor].top(offset);
            plan.highest = tensor;
        }
    }
    plan
}

/// The lowest offset from `floor` on that is free for a tensor's life, next to those that are placed.
pub(super) fn lowest_offset(tensor: usize, placed: &[usize], offsets: &[u64], blocks: &[Block], floor: u64) -> u64 {
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
