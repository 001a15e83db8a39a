//! The memory plan: tensors that live at the same time must not share bytes of the arena, but for an output that runs
//! after the input that it writes over.

use crate::layout::{ALIGNMENT, MINOR_OF_OVERLAPS};
use crate::overlap::lead;
use crate::{Error, Model, Tensor, TensorError};

/// The last use of a tensor that nothing reads; reading starts in step 1.
const NEVER: u8 = 0;
/// The step after all nodes, in which the taps are read.
const END: u8 = u8::MAX;
/// Numbers that a byte can have.
const TENSOR_IDS: usize = 1 << u8::BITS;

pub(super) fn check_bounds(model: &Model<'_>, tensor: &Tensor) -> Result<(), TensorError> {
    let end = u64::from(tensor.arena_offset) + tensor.shape.elements();
    if tensor.arena_offset.is_multiple_of(ALIGNMENT) && end <= model.activation_bytes() as u64 {
        return Ok(());
    }
    let arena_bytes = u32::try_from(model.activation_bytes()).unwrap_or(u32::MAX);
    Err(TensorError::OutsideArena { offset: tensor.arena_offset, arena_bytes })
}

/// The scratch memory suffices for every node; that the arena has it follows from tensors being inside the rest.
pub(super) fn check_scratch(model: &Model<'_>) -> Result<(), Error> {
    let needed =
        model.layers().map(|(node, output)| model.needed_scratch_bytes(&node, output.shape)).max().unwrap_or(0);
    let scratch = model.scratch_bytes();
    if needed <= scratch as u64 { Ok(()) } else { Err(Error::Scratch { needed, scratch }) }
}

pub(super) fn check_plan(model: &Model<'_>) -> Result<(), Error> {
    let last_uses = last_uses(model);
    for (index, (tensor, last_use)) in model.tensors().zip(last_uses).enumerate() {
        if last_use == NEVER {
            return Err(Error::Tensor { tensor: index, error: TensorError::Unused });
        }
        let range = tensor.arena_range();
        for (with, (other, last_use)) in model.tensors().zip(last_uses).enumerate().take(index) {
            // The other tensor was written before; both are in use if it is read in this step or later.
            let both_live = usize::from(last_use) >= index;
            let other_range = other.arena_range();
            let overlap = both_live && range.start < other_range.end && other_range.start < range.end;
            if overlap && !(usize::from(last_use) == index && runs_after(model, index, &tensor, &other)) {
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
    let starts_before = |lead| u64::from(output.arena_offset) + lead <= u64::from(input.arena_offset);
    model.format_version()[1] >= MINOR_OF_OVERLAPS && lead.is_some_and(starts_before)
}

/// The step in which each tensor is read for the last time. Step 0 writes the input, step `i + 1` runs
/// node `i`; so tensor `t` is written in step `t`.
fn last_uses(model: &Model<'_>) -> [u8; TENSOR_IDS] {
    let mut last_uses = [NEVER; TENSOR_IDS];
    for (step, node) in (1..END).zip(model.nodes()) {
        for input in node.inputs() {
            last_uses[usize::from(input.0)] = step;
        }
    }
    for tap in model.taps() {
        last_uses[usize::from(tap.tensor.0)] = END;
    }
    last_uses
}
