//! Addition with what each input becomes at the common scale looked up: an int8 number has only 256 values.

use dim_model_format::{Add, Rescale, Rounding};

use super::{Map, MapMut, portable};
use crate::requantize::{ChannelStage, OutputStage, requantize};

/// Values of an int8 number.
const ENTRIES: usize = 256;

/// By the bits of an int8 number, what it adds to the sum.
type Table = [i32; ENTRIES];

/// As [`portable::add`].
///
/// # Shapes
/// All three `[height, width, channels]`.
#[inline(never)]
pub(crate) fn add(op: &Add, inputs: [Map<'_>; 2], output: &mut MapMut<'_>, scratch: &mut [u32]) -> Option<()> {
    let (tables, _) = scratch.as_chunks_mut::<ENTRIES>();
    let Some(tables) = tables.first_chunk_mut::<2>() else {
        portable::add(op, inputs, output);
        return Some(());
    };
    let mut largest_sum = 0;
    for ((table, input), rescale) in tables.iter_mut().zip(inputs).zip(op.input_rescale) {
        let table: &mut Table = bytemuck::cast_mut(table);
        fill(table, input.zero_point, op.left_shift, rescale, output.rounding);
        largest_sum += table.iter().map(|addend| addend.unsigned_abs()).max().unwrap_or(0);
    }
    let tables = tables.each_ref().map(bytemuck::cast_ref::<[u32; ENTRIES], Table>);
    let [first, second] = tables;
    let sum = |p: i8, q: i8| first[usize::from(p.cast_unsigned())] + second[usize::from(q.cast_unsigned())];
    let stage = OutputStage::new(output, op.clamp);
    let quick = ChannelStage::of(output, op.output_rescale, largest_sum);
    let pairs = output.values.iter_mut().zip(inputs[0].values).zip(inputs[1].values);
    if let Some(quick) = quick {
        for ((out, p), q) in pairs {
            *out = quick.apply(sum(*p, *q));
        }
        stage.clamp_all(output.values);
    } else {
        for ((out, p), q) in pairs {
            *out = stage.apply(sum(*p, *q), op.output_rescale);
        }
    }
    Some(())
}

fn fill(table: &mut Table, zero_point: i8, left_shift: u8, rescale: Rescale, rounding: Rounding) {
    for (addend, q) in table.iter_mut().zip((0..=127).chain(i8::MIN..0)) {
        *addend = requantize((i32::from(q) - i32::from(zero_point)) << left_shift, rescale, rounding);
    }
}
