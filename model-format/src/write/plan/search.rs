//! The smallest arena, by trying the orders of offsets that can lead to it, as far as the steps last.
//!
//! Take a plan, and place its tensors again in the order of their offsets, each at the lowest offset that is free: none
//! ends up higher. Repeated until nothing changes, tensors are placed from the bottom to the top. So the smallest arena
//! is among the plans in which each tensor lies at the lowest free offset that is not below the one before.

use alloc::vec::Vec;

use super::block::Block;
use super::offsets::{Plan, lowest_offset};

/// Tensors that are compared at most; enough to prove most plans of ten tensors the best.
const STEPS: usize = 400_000;

/// Replaces `best` where a smaller arena is found; none is smaller than `bound`.
pub(super) fn improve(best: &mut Plan, blocks: &[Block], bound: u64) {
    let search =
        Search { blocks, bound, best, placed: Vec::new(), offsets: alloc::vec![0; blocks.len()], steps: STEPS };
    { search }.descend(0, 0);
}

struct Search<'a> {
    blocks: &'a [Block],
    bound: u64,
    best: &'a mut Plan,
    placed: Vec<usize>,
    offsets: Vec<u64>,
    steps: usize,
}

impl Search<'_> {
    /// Places all that is not placed yet, at `floor` or above; `height` is the arena so far.
    fn descend(&mut self, floor: u64, height: u64) {
        if self.placed.len() == self.blocks.len() {
            *self.best = Plan { offsets: self.offsets.clone(), arena_bytes: height, highest: 0 };
            return;
        }
        let missing: Vec<usize> = (0..self.blocks.len()).filter(|tensor| !self.placed.contains(tensor)).collect();
        self.steps = self.steps.saturating_sub(missing.len() * self.blocks.len());
        let lowest = |&tensor: &usize| (lowest_offset(tensor, &self.placed, &self.offsets, self.blocks, floor), tensor);
        let mut next: Vec<(u64, usize)> = missing.iter().map(lowest).collect();
        // What is placed later only raises the others.
        let top = |&(offset, tensor): &(u64, usize)| self.blocks[tensor].top(offset);
        if next.iter().any(|next| top(next) >= self.best.arena_bytes) {
            return;
        }
        // What begins where another could end leaves a gap in which the other may as well lie.
        let first_end = next.iter().map(|&(offset, tensor)| offset + self.blocks[tensor].size).min().unwrap_or(0);
        next.retain(|(offset, _)| *offset < first_end);
        next.sort_by_key(|&(offset, tensor)| (offset, core::cmp::Reverse(self.blocks[tensor].size)));
        for (offset, tensor) in next {
            self.placed.push(tensor);
            self.offsets[tensor] = offset;
            self.descend(offset, height.max(self.blocks[tensor].top(offset)));
            self.placed.pop();
            if self.steps == 0 || self.best.arena_bytes <= self.bound || height >= self.best.arena_bytes {
                return;
            }
        }
    }
}
