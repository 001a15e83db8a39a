//! The memory plan: tensors that live at the same time must not share bytes of the arena.

use core::ops::RangeInclusive;

use crate::layout::ALIGNMENT;
use crate::{Error, Model, Tensor, TensorError};

pub(super) fn check_bounds(model: &Model<'_>, tensor: &Tensor) -> Result<(), TensorError> {
    let end = u64::from(tensor.arena_offset) + tensor.shape.elements();
    if tensor.arena_offset.is_multiple_of(ALIGNMENT) && end <= model.arena_bytes() as u64 {
        return Ok(());
    }
    let arena_bytes = u32::try_from(model.arena_bytes()).unwrap_or(u32::MAX);
    Err(TensorError::OutsideArena { offset: tensor.arena_offset, arena_bytes })
}

pub(super) fn check_plan(model: &Model<'_>) -> Result<(), Error> {
    for (index, tensor) in model.tensors().enumerate() {
        let life = life(model, index).ok_or(Error::Tensor { tensor: index, error: TensorError::Unused })?;
        let range = tensor.arena_range();
        for (with, other) in model.tensors().enumerate().take(index) {
            // Every earlier tensor has passed the check of its own life.
            let Some(other_life) = self::life(model, with) else { continue };
            let both_live = life.start() <= other_life.end() && other_life.start() <= life.end();
            let other_range = other.arena_range();
            if both_live && range.start < other_range.end && other_range.start < range.end {
                return Err(Error::Tensor { tensor: index, error: TensorError::Overlap { with } });
            }
        }
    }
    Ok(())
}

/// The steps in which a tensor's memory is in use: from the one that writes it to the last one that
/// reads it. Writing the input is step 0, node `i` is step `i + 1`, reading the taps is the last.
fn life(model: &Model<'_>, tensor: usize) -> Option<RangeInclusive<usize>> {
    let is_read = |reader: &crate::Node| reader.inputs().any(|input| usize::from(input.0) == tensor);
    let last_reader = model.nodes().enumerate().filter(|(_, node)| is_read(node)).map(|(index, _)| index + 1).last();
    let tapped = model.taps().any(|tap| usize::from(tap.tensor.0) == tensor);
    let last = if tapped { Some(usize::MAX) } else { last_reader };
    last.map(|last| tensor..=last)
}
