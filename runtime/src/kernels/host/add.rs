//! Addition, some elements at a time.

use dim_model_format::Tensor;

use super::instructions::Instructions;
use super::sum::{ELEMENTS, Sum};
use crate::operands::Operands;

/// Groups of [`ELEMENTS`] that are copied together.
const AT_ONCE: usize = 32;

/// As [`crate::kernels::portable::add`].
pub(super) fn add<S: Instructions>(set: S, sum: &Sum, operands: &mut Operands<'_>, second: &Tensor) -> Option<()> {
    let count = operands.write()?.values.len();
    // Copies, since the output may lie over an input.
    let mut inputs = [[[0; ELEMENTS]; AT_ONCE]; 2];
    let mut outputs = [[0; ELEMENTS]; AT_ONCE];
    for start in (0..count).step_by(AT_ONCE * ELEMENTS) {
        let length = (count - start).min(AT_ONCE * ELEMENTS);
        for (copy, values) in inputs.iter_mut().zip([operands.read()?, operands.read_second(second)?]) {
            copy.as_flattened_mut().get_mut(..length)?.copy_from_slice(values.from(start)?.get(..length)?);
        }
        set.add(sum, inputs.each_ref().map(<[_; AT_ONCE]>::as_slice), &mut outputs);
        let target = operands.write()?.values.get_mut(start..start + length)?;
        target.copy_from_slice(outputs.as_flattened().get(..length)?);
    }
    Some(())
}
