//! The memory plan: tensors that live at the same time must not share bytes of the arena, but for an output that runs
//! after the input that it writes over.

use crate::layout::ALIGNMENT;
use crate::overlap::lead;
use crate::version::MINOR_OF_OVERLAPS;
use crate::{Error, Model, Tensor, TensorError};

/// The last use of a tensor that nothing reads; reading starts in step 1.
const NEVER: usize = 0;
/// The step after all nodes, in which the taps are read.
const END: usize = usize::MAX;

pub(super) fn check_bounds(model: &Model<'_>, tensor: &Tensor) -> Result<(), TensorError> {
    let end = u64::from(tensor.arena_offset) + tensor.shape.elements();
    if tensor.arena_offset.is_multiple_of(ALIGNMENT) && end <= model.activation_bytes() as u64 {
        return Ok(());
    }
    let arena_bytes = u32::try_from(model.activation_bytes()).unwrap_or(u32::MAX);
    Err(TensorError::OutsideArena { offset: tensor.arena_offset, arena_bytes })
}

/// The scratch memory suffices for every node; that the arena has it follows from tensors being inside the rest.
pub(super) fn check_scratch(model: &Model<'_>, needed: u64) -> Result<(), Error> {
    let scratch = model.scratch_bytes();
    if needed <= scratch as u64 { Ok(()) } else { Err(Error::Scratch { needed, scratch }) }
}

pub(super) fn check_plan(model: &Model<'_>) -> Result<(), Error> {
    let mut tensors = model.tensors().enumerate();
    while let Some((with, input)) = tensors.next() {
        let last_use = last_use(model, with);
        if last_use == NEVER {
            return Err(Error::Tensor { tensor: with, error: TensorError::Unused });
        }
        let input_range = input.arena_range();
        for (index, output) in tensors.clone() {
            // The other tensor is written while this one is in use, or by the node that reads it for the last time.
            let range = output.arena_range();
            let overlap = index <= last_use && range.start < input_range.end && input_range.start < range.end;
            if overlap && !(index == last_use && runs_after(model, index, &output, &input)) {
                return Err(Error::Tensor { tensor: index, error: TensorError::Overlap { with } });
            }
        }
    }
    Ok(())
}

/// Whether the node that writes tensor `output`, and reads `input` for the last time, may write over it.
fn runs_after(model: &Model<'_>, index: usize, output: &Tensor, input: &Tensor) -> bool {
    let node = index.checked_sub(1).and_then(|node| model.nodes().nth(node));
    let lead = node.and_then(|node| lead(&node, input.shape, output.shape));
    let starts_before = |lead| output.arena_offset.checked_add(lead).is_some_and(|start| start <= input.arena_offset);
    model.format_version()[1] >= MINOR_OF_OVERLAPS && lead.is_some_and(starts_before)
}

/// The step in which a tensor is read for the last time. Step 0 writes the input, step `i + 1` runs node `i`; so tensor
/// `t` is written in step `t`.
fn last_use(model: &Model<'_>, tensor: usize) -> usize {
    if model.taps().any(|tap| usize::from(tap.tensor.0) == tensor) {
        return END;
    }
    model.nodes().zip(1..).fold(NEVER, |last, (node, step)| if node.reads(tensor) { step } else { last })
}
