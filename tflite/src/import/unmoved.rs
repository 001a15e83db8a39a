//! Operators that move no element: the same numbers in the same order, under another shape.

use dim_model_format::{Quantization, Rounding};

use super::error::Unsupported;
use super::file::{File, Operator, Tensor};
use crate::multiplier::{quantize_multiplier, requantize};
use crate::schema::{OptionsType, TensorType};

/// That an operator which may move nothing does so; `None` where it is another operator.
pub(super) fn unmoved(file: &File<'_>, operator: &Operator<'_>, rounding: Rounding) -> Option<Result<(), Unsupported>> {
    Some(match operator.kind() {
        "RESHAPE" | "SQUEEZE" | "EXPAND_DIMS" => ends(file, operator).map(|_| ()),
        "TRANSPOSE" => transpose(file, operator),
        "SLICE" => slice(file, operator),
        "STRIDED_SLICE" => strided_slice(file, operator),
        "QUANTIZE" => quantize(file, operator, rounding),
        _ => return None,
    })
}

/// Whether `TFLite` gives every int8 number of scale and zero point `input` back when it quantizes it to `output`.
pub(super) fn keeps_every_number(input: Quantization, output: Quantization, rounding: Rounding) -> bool {
    let rescale = quantize_multiplier(f64::from(input.scale) / f64::from(output.scale));
    let keeps = |number: i8| {
        let real = i32::from(number) - i32::from(input.zero_point);
        let code = requantize(real, rescale, rounding) + i64::from(output.zero_point);
        code.clamp(i8::MIN.into(), i8::MAX.into()) == i64::from(number)
    };
    // Other factors are not near 1.
    matches!(rescale.shift, 0 | 1) && (i8::MIN..=i8::MAX).all(keeps)
}

/// Input and output, which have as many elements.
fn ends<'a>(file: &File<'a>, operator: &Operator<'_>) -> Result<[Tensor<'a>; 2], Unsupported> {
    let input = *file.tensor(operator.input(0).ok_or(Unsupported::Operands)?)?;
    let output = operator.output().ok_or(Unsupported::Operands)?;
    let found = *file.tensor(output)?;
    match (input.elements(), found.elements()) {
        (Some(before), Some(after)) if before == after => Ok([input, found]),
        (_, None) => Err(Unsupported::Unknown(output)),
        _ => Err(Unsupported::Shape(output)),
    }
}

/// Only axes of extent 1 change their places.
fn transpose(file: &File<'_>, operator: &Operator<'_>) -> Result<(), Unsupported> {
    let [input, output] = ends(file, operator).map_err(moved)?;
    let order = constant(file, operator, 1)?;
    let extents: Vec<i32> = input.shape().collect();
    let mut taken = vec![false; extents.len()];
    let mut last = 0;
    for (place, axis) in order.clone().enumerate() {
        let axis = usize::try_from(axis).ok().filter(|axis| taken.get(*axis) == Some(&false));
        let axis = axis.ok_or(Unsupported::Constant(operator.input(1).unwrap_or_default()))?;
        taken[axis] = true;
        if output.shape().nth(place) != Some(extents[axis]) {
            return Err(Unsupported::Shape(operator.output().unwrap_or_default()));
        }
        if extents[axis] > 1 {
            if axis < last {
                return Err(Unsupported::Moves);
            }
            last = axis;
        }
    }
    if order.len() == extents.len() { Ok(()) } else { Err(Unsupported::Moves) }
}

/// From the first element of each axis to the last.
fn slice(file: &File<'_>, operator: &Operator<'_>) -> Result<(), Unsupported> {
    let [input, _] = ends(file, operator).map_err(moved)?;
    let [begins, sizes] = [constant(file, operator, 1)?, constant(file, operator, 2)?];
    let is_whole = begins.len() == input.shape().len()
        && sizes.len() == input.shape().len()
        && begins
            .zip(sizes)
            .zip(input.shape())
            .all(|((begin, size), extent)| begin == 0 && [-1, extent].contains(&size));
    if is_whole { Ok(()) } else { Err(Unsupported::Moves) }
}

/// The same in steps of 1; axes of extent 1 may be dropped.
fn strided_slice(file: &File<'_>, operator: &Operator<'_>) -> Result<(), Unsupported> {
    let [input, _] = ends(file, operator).map_err(moved)?;
    let options = operator.options(OptionsType::StridedSlice)?;
    let mask = |field| options.int(field, 0).map_err(|_| Unsupported::Options);
    let [begin_mask, end_mask, ellipsis, new_axes, dropped] = [mask(0)?, mask(1)?, mask(2)?, mask(3)?, mask(4)?];
    let [begins, ends, steps] = [1, 2, 3].map(|n| constant(file, operator, n).map(Vec::from_iter));
    let (begins, ends, steps) = (begins?, ends?, steps?);
    let rank = input.shape().len();
    let has_others = [ellipsis, new_axes, options.byte(5, 0).map_or(1, i32::from)] != [0; 3];
    if has_others || [begins.len(), ends.len(), steps.len()] != [rank; 3] {
        return Err(Unsupported::Moves);
    }
    let is_whole = |(axis, extent): (usize, i32)| {
        let is_set = |mask: i32| mask >> axis & 1 == 1;
        let (begin, end) = (begins[axis], ends[axis]);
        let starts = begin == 0 || begin == -extent || is_set(begin_mask);
        let stops = end == extent || is_set(end_mask) || is_set(dropped) && extent == 1;
        starts && stops && steps[axis] == 1
    };
    if input.shape().enumerate().all(is_whole) { Ok(()) } else { Err(Unsupported::Moves) }
}

/// From int8 to the same int8 number, whatever that is.
fn quantize(file: &File<'_>, operator: &Operator<'_>, rounding: Rounding) -> Result<(), Unsupported> {
    let [input, output] = ends(file, operator)?;
    let of = |tensor: &Tensor<'_>, place: Option<usize>| {
        let place = place.unwrap_or_default();
        if !tensor.is(TensorType::Int8) {
            return Err(Unsupported::NotInt8(place));
        }
        tensor.quantization(0).ok_or(Unsupported::Quantization(place))
    };
    let [input, output] = [of(&input, operator.input(0))?, of(&output, operator.output())?];
    if keeps_every_number(input, output, rounding) { Ok(()) } else { Err(Unsupported::Requantizes) }
}

/// What takes a part moves something.
fn moved(error: Unsupported) -> Unsupported {
    if matches!(error, Unsupported::Shape(_)) { Unsupported::Moves } else { error }
}

/// The numbers of an operator's `n`-th input, one for each axis.
fn constant<'a>(
    file: &File<'a>,
    operator: &Operator<'_>,
    n: usize,
) -> Result<impl ExactSizeIterator<Item = i32> + Clone + use<'a>, Unsupported> {
    let place = operator.input(n).ok_or(Unsupported::Operands)?;
    let tensor = file.tensor(place)?;
    let words = tensor.data.as_chunks::<4>().0;
    if !tensor.is(TensorType::Int32) || words.is_empty() || tensor.elements() != Some(words.len() as u64) {
        return Err(Unsupported::Constant(place));
    }
    Ok(words.iter().map(|word| i32::from_le_bytes(*word)))
}
