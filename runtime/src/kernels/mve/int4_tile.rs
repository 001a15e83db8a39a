//! Tiles of a filter whose weights have four bits.

use super::tile::{Windows, tile};
use super::vectors::unpack;
use crate::requantize::PairStage;

/// As [`tile`], with each pair of channels unpacked before.
#[inline(never)]
pub(super) fn int4_tile(
    (inputs, windows): (&[i8], Windows),
    filter: &[u8],
    filter_step: usize,
    whole_filter: &mut [u8],
    stages: &[PairStage],
    target: &mut [i8],
) -> Option<()> {
    for ((pair, stage), packed) in stages.iter().enumerate().zip(filter.chunks_exact(filter_step.max(1))) {
        unpack(packed, whole_filter)?;
        let stage = core::slice::from_ref(stage);
        let target = target.get_mut(2 * pair..)?;
        tile(inputs, windows, whole_filter, whole_filter.len(), stage, target, 2 * stages.len())?;
    }
    Some(())
}
