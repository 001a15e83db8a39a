//! Addition with what each input becomes at the common scale looked up: an int8 number has only 256 values.

use dim_model_format::{Add, Rescale, Rounding, Tensor};

use super::portable;
use crate::operands::Operands;
use crate::requantize::{ChannelStage, OutputStage, rounded_twice};

/// Values of an int8 number.
const ENTRIES: usize = 256;

/// By the bits of an int8 number, what it adds to the sum.
type Table = [i32; ENTRIES];

/// As [`portable::add`].
///
/// # Shapes
/// All three `[height, width, channels]`.
#[inline(never)]
pub(crate) fn add(op: &Add, operands: &mut Operands<'_>, second: &Tensor, scratch: &mut [u32]) -> Option<()> {
    let (tables, _) = scratch.as_chunks_mut::<ENTRIES>();
    let zero_points = [operands.input.quantization.zero_point, second.quantization.zero_point];
    let output = operands.write()?;
    let (Rounding::Double, Some(tables)) = (output.rounding, tables.first_chunk_mut::<2>()) else {
        return portable::add(op, operands, second);
    };
    let mut largest_sum = 0;
    for ((table, zero_point), rescale) in tables.iter_mut().zip(&zero_points).zip(&op.input_rescale) {
        let table: &mut Table = bytemuck::cast_mut(table);
        fill(table, *zero_point, op.left_shift, *rescale);
        // They grow with the number, so the largest is that of 127 or of -128.
        largest_sum += table[127].unsigned_abs().max(table[128].unsigned_abs());
    }
    let tables = tables.each_ref().map(bytemuck::cast_ref::<[u32; ENTRIES], Table>);
    let sum = |p: i8, q: i8| tables[0][usize::from(p.cast_unsigned())] + tables[1][usize::from(q.cast_unsigned())];
    let Some(quick) = ChannelStage::of(&output, op.output_rescale, largest_sum) else {
        return portable::add(op, operands, second);
    };
    for (p, q, out) in operands.elements(second)? {
        out.set(quick.apply(sum(p, q)));
    }
    OutputStage::new(operands, op.clamp).clamp_all(operands.write()?.values);
    Some(())
}

fn fill(table: &mut Table, zero_point: i8, left_shift: u8, rescale: Rescale) {
    for q in i8::MIN..=i8::MAX {
        let difference = i32::from(q) - i32::from(zero_point);
        table[usize::from(q.cast_unsigned())] = rounded_twice(difference << left_shift, rescale);
    }
}
