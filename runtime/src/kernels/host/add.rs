//! Addition, some elements at a time.

use dim_model_format::{Add, Tensor};

use super::instructions::Instructions;
use super::sum::Sum;
use super::tile::CHANNELS;
use crate::operands::Operands;

/// Blocks of [`CHANNELS`] elements that are copied together.
const AT_ONCE: usize = 16;

/// As [`crate::kernels::portable::add`]; `None` where factors are too large.
pub(super) fn add<S: Instructions>(set: S, op: &Add, operands: &mut Operands<'_>, second: &Tensor) -> Option<()> {
    let zero_points = [&operands.input, second].map(|tensor| tensor.quantization.zero_point);
    let output = operands.write()?;
    let sum = Sum::new(op, zero_points, &output)?;
    let count = output.values.len();
    // Copies, since the output may lie over an input.
    let mut inputs = [[[0; CHANNELS]; AT_ONCE]; 2];
    let mut outputs = [[0; CHANNELS]; AT_ONCE];
    for start in (0..count).step_by(AT_ONCE * CHANNELS) {
        let length = (count - start).min(AT_ONCE * CHANNELS);
        for (copy, values) in inputs.iter_mut().zip([operands.read()?, operands.read_second(second)?]) {
            copy.as_flattened_mut().get_mut(..length)?.copy_from_slice(values.from(start)?.get(..length)?);
        }
        set.add(&sum, inputs.each_ref().map(<[_; AT_ONCE]>::as_slice), &mut outputs);
        let target = operands.write()?.values.get_mut(start..start + length)?;
        target.copy_from_slice(outputs.as_flattened().get(..length)?);
    }
    Some(())
}
