//! Changes of scale whose result is int8, signed or not.

use dim_model_format::{Clamp, Filter, Rounding, Window};

use super::elements::filled;
use super::run::{Outcome, quantization, run};
use super::test::{DataType, Test};

/// So many elements are computed at once.
const AT_ONCE: usize = 4096;

pub(crate) fn rescale(test: &Test<'_>) -> Outcome {
    if test.output.data_type != DataType::Int8 {
        return Err("its result is not int8".to_owned());
    }
    let [is_32, per_channel, from_unsigned, to_unsigned] = [0, 2, 3, 4].map(|field| test.flag(field));
    let rounding = match test.attributes.uint(1, 0) {
        Ok(1) => Rounding::Single,
        Ok(3) => Rounding::Double,
        _ => return Err("another rounding than SINGLE_ROUND and DOUBLE_ROUND".to_owned()),
    };
    let [image, multipliers, shifts] = [0, 1, 2].map(|input| &test.inputs[input]);
    let [from, to] = [3, 4].map(|input| test.inputs[input].values[0]);
    let channels = if per_channel { image.shape.last().copied().unwrap_or(1) } else { 1 };
    let mut factors = Vec::new();
    for (multiplier, shift) in multipliers.values.iter().zip(&shifts.values) {
        factors.push(factor(*multiplier, *shift, rounding, is_32)?);
    }
    // An unsigned byte less 128 is int8, and so is its zero point.
    let to = quantization(if to_unsigned { (to & 0xff) - 128 } else { to })?;
    let (operator, mut outputs) = if image.data_type == DataType::Int8 {
        let [values, from] = if from_unsigned {
            [image.values.iter().map(|value| (value & 0xff) - 128).collect(), vec![(from & 0xff) - 128]]
        } else {
            [image.values.clone(), vec![from]]
        };
        let filter = filter(channels, &factors, 1, |_| 0);
        let rows = (values.len() / channels).min(AT_ONCE.div_ceil(channels));
        let values = filled(&values, rows * channels);
        let outputs = run([rows, 1, channels], from[0], rounding, &values, |builder, input| {
            builder.depthwise_conv2d(input, Window::square(1, 1, 0), Clamp::NONE, &filter, to)
        })?;
        ("depthwise_conv2d", outputs)
    } else {
        // Wider numbers are accumulators: biases of units that see nothing.
        let wide =
            |value: i32| if from_unsigned && image.data_type == DataType::Int16 { value & 0xffff } else { value };
        let mut outputs = Vec::new();
        let at_once = AT_ONCE.next_multiple_of(channels);
        for values in image.values.chunks(at_once) {
            let filter = filter(values.len(), &factors, 0, |unit| wide(values[unit]) - wide(from));
            outputs.extend(run([1, 1, 1], 0, rounding, &[0], |builder, input| {
                builder.fully_connected(input, Clamp::NONE, &filter, to)
            })?);
        }
        ("fully_connected", outputs)
    };
    outputs.truncate(image.values.len());
    if to_unsigned {
        outputs.iter_mut().for_each(|output| *output += 128);
    }
    Ok((operator, outputs))
}

/// Channels of one weight, with factors that repeat.
fn filter(channels: usize, factors: &[(i32, i8)], weight: i8, bias: impl Fn(usize) -> i32) -> Filter {
    let factor = |channel: usize| factors[channel % factors.len()];
    Filter {
        weights: vec![weight; channels],
        bias: (0..channels).map(bias).collect(),
        multiplier: (0..channels).map(|channel| factor(channel).0).collect(),
        shift: (0..channels).map(|channel| factor(channel).1).collect(),
    }
}

/// Our multiplier and shift: a multiplier of fewer bits is the same with a larger shift, if it is rounded once.
fn factor(multiplier: i32, shift: i32, rounding: Rounding, is_32: bool) -> Result<(i32, i8), String> {
    let missing = if multiplier == 0 { 0 } else { multiplier.leading_zeros() as i32 - 1 };
    if missing > 0 && is_32 && rounding == Rounding::Double {
        return Err("a multiplier below 2^30 that is rounded twice".to_owned());
    }
    let shift = shift + missing;
    let ours = i8::try_from(31 - shift).ok().filter(|ours| (-31..=30).contains(ours));
    Ok((multiplier << missing, ours.ok_or("a shift beyond ours")?))
}
