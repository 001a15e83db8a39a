//! What a `MUL` becomes.
//!
//! | a tensor times | becomes |
//! |---|---|
//! | a constant of one number | a table |
//! | a constant of a number for each channel | a depthwise convolution of one element, if the numbers less their zero point are int8 |
//! | any other such constant | a product with a vector that a convolution without weights makes |
//! | a tensor, which may repeat along rows, columns or channels | a product |

use dim_model_format::{Clamp, Filter, Mul, Quantization, Rescale, Shape, TensorId, Window};

use super::error::Unsupported;
use super::file::Operator;
use super::graph::{Graph, Value};
use crate::factors::{product_factor, unit_factor};
use crate::schema::{Activation, OptionsType};
use crate::tables::Curve;

/// TensorFlow Lite Micro repeats along no more.
const MOST_EXTENTS: usize = 4;
/// Largest stride.
const MOST_STRIDE: u16 = 255;

impl Graph<'_, '_> {
    pub(super) fn mul(&mut self, operator: &Operator<'_>, output: usize) -> Result<(Value, usize), Unsupported> {
        let options = operator.options(OptionsType::Mul)?;
        let code = options.byte(0, 0).map_err(|_| Unsupported::Options)?;
        let activation = Activation::of_code(code).ok_or(Unsupported::Options)?;
        let [first, second] = [0, 1].map(|n| operator.input(n).ok_or(Unsupported::Operands));
        let [first, second] = [first?, second?];
        match [0, 1].map(|n| self.value(operator, n).is_ok()) {
            [true, false] => self.times_constant(self.read(operator, 0)?, [first, second, output], activation),
            [false, true] => self.times_constant(self.read(operator, 1)?, [second, first, output], activation),
            [false, false] => Err(Unsupported::NotComputed(first)),
            [true, true] => {
                let ids = [self.read(operator, 0)?, self.read(operator, 1)?];
                self.times_tensor(ids, [first, second, output], activation)
            }
        }
    }

    fn times_tensor(
        &mut self,
        [first, second]: [TensorId; 2],
        [of_first, of_second, output]: [usize; 3],
        activation: Activation,
    ) -> Result<(Value, usize), Unsupported> {
        let shapes = [first, second].map(|id| self.builder.shape(id));
        let in_file = [of_first, of_second].map(|tensor| self.repetition(tensor, output));
        // Whichever has all elements is the first one; a product is the same both ways.
        let goes = |whole: usize, part: usize| {
            let ours = repetition(extents(shapes[whole]).into_iter().zip(extents(shapes[part])));
            in_file[whole].as_ref().is_some_and(|in_file| in_file.iter().all(|(_, repeats)| !repeats))
                && in_file[part].is_some()
                && in_file[part] == ours
        };
        let inputs = match [goes(0, 1), goes(1, 0)] {
            [true, _] => [first, second],
            [false, true] => [second, first],
            [false, false] => return Err(Unsupported::Repeated),
        };
        let quantization = self.quantization(output)?;
        let factors = [self.quantization(of_first)?, self.quantization(of_second)?];
        let rescale = product_factor(factors, quantization).ok_or(Unsupported::ProductFactor)?;
        let (clamp, bounded) = self.bounds(activation, output)?;
        Ok((Value::Tensor(self.builder.mul(Mul { inputs, clamp, rescale }, quantization)), bounded))
    }

    fn times_constant(
        &mut self,
        input: TensorId,
        [from, constant, output]: [usize; 3],
        activation: Activation,
    ) -> Result<(Value, usize), Unsupported> {
        let [before, of_constant, after] =
            [self.quantization(from)?, self.constant(constant)?, self.quantization(output)?];
        let rescale = product_factor([before, of_constant], after).ok_or(Unsupported::ProductFactor)?;
        let codes: Vec<i8> = self.file.tensor(constant)?.data.iter().map(|code| code.cast_signed()).collect();
        let shape = self.builder.shape(input);
        let goes_with = self.repetition(constant, output);
        let is_whole = self.repetition(from, output).is_some_and(|from| from.iter().all(|(_, repeats)| !repeats));
        let goes_with = goes_with.filter(|_| is_whole).ok_or(Unsupported::RepeatedConstant)?;
        self.weights_left = self.weights_left.checked_sub(codes.len()).ok_or(Unsupported::SharedWeights)?;
        if codes.iter().all(|code| *code == codes[0]) {
            let curve = Curve::Times { code: codes[0], constant: of_constant };
            let mut table = curve.table(before, after, self.rounding()).ok_or(Unsupported::ProductFactor)?;
            let (clamp, bounded) = self.bounds(activation, output)?;
            table.iter_mut().for_each(|made| *made = (*made).max(clamp.min).min(clamp.max));
            return Ok((Value::Tensor(self.builder.lookup(input, &table, after)), bounded));
        }
        let of_channels = repetition(extents(shape).into_iter().zip(extents(Shape::vector(shape.channels))));
        if Some(goes_with) != of_channels {
            return Err(Unsupported::RepeatedConstant);
        }
        let (clamp, bounded) = self.bounds(activation, output)?;
        let differences = codes.iter().map(|code| i32::from(*code) - i32::from(of_constant.zero_point));
        let weights: Result<Vec<i8>, _> = differences.clone().map(i8::try_from).collect();
        let made = if let Ok(weights) = weights {
            let filter = each(weights, vec![0; codes.len()], rescale);
            self.builder.depthwise_conv2d(input, Window::square(1, 1, 0), clamp, &filter, after)
        } else {
            let vector = self.vector(input, before, differences.collect(), of_constant)?;
            self.builder.mul(Mul { inputs: [input, vector], clamp, rescale }, after)
        };
        Ok((Value::Tensor(made), bounded))
    }

    /// The quantization of a constant of int8 numbers.
    fn constant(&self, tensor: usize) -> Result<Quantization, Unsupported> {
        let found = self.file.tensor(tensor)?;
        match found.data.len() as u64 {
            0 => Err(Unsupported::NotComputed(tensor)),
            length if found.elements() == Some(length) => self.quantization(tensor),
            _ => Err(Unsupported::Constant(tensor)),
        }
    }

    /// A vector of constants, by their differences from the zero point, whatever `input` is: convolutions without weights,
    /// whose strides leave one element in the end.
    fn vector(
        &mut self,
        input: TensorId,
        mut before: Quantization,
        differences: Vec<i32>,
        quantization: Quantization,
    ) -> Result<TensorId, Unsupported> {
        let channels = differences.len();
        let mut made = input;
        loop {
            let Shape { height, width, .. } = self.builder.shape(made);
            let stride = [height, width].map(|extent| extent.min(MOST_STRIDE) as u8);
            let window = Window { stride, ..Window::square(1, 1, 0) };
            self.weights_left = self.weights_left.checked_sub(channels).ok_or(Unsupported::SharedWeights)?;
            let filter = each(vec![0; channels], differences.clone(), unit_factor(before, quantization));
            made = self.builder.depthwise_conv2d(made, window, Clamp::NONE, &filter, quantization);
            if height.max(width) <= MOST_STRIDE {
                return Ok(made);
            }
            before = quantization;
        }
    }

    /// How the elements of a tensor of the file go with those of `output`; `None` if `TFLite` refuses the two.
    fn repetition(&self, tensor: usize, output: usize) -> Option<Repetition> {
        let [part, whole] = [tensor, output].map(|tensor| self.file.tensor(tensor).ok());
        let (part, whole) = (part?, whole?);
        let [_, _] = [part.elements()?, whole.elements()?];
        let missing = whole.shape().len().checked_sub(part.shape().len())?;
        if whole.shape().len() > MOST_EXTENTS && !part.shape().eq(whole.shape()) {
            return None;
        }
        let part = std::iter::repeat_n(1, missing).chain(part.shape());
        repetition(whole.shape().zip(part).map(|(whole, part)| (i64::from(whole), i64::from(part))))
    }
}

/// Numbers of elements of a product along which a factor's go on, or along which they repeat, in turn.
type Repetition = Vec<(i64, bool)>;

/// Of the extents of a product and of a factor; `None` if it has others than these or 1.
fn repetition(extents: impl Iterator<Item = (i64, i64)>) -> Option<Repetition> {
    let mut turns = Repetition::new();
    for (whole, part) in extents.filter(|extents| *extents != (1, 1)) {
        let repeats = part == 1;
        if part != whole && !repeats {
            return None;
        }
        match turns.last_mut() {
            Some((elements, same)) if *same == repeats => *elements = elements.checked_mul(whole)?,
            _ => turns.push((whole, repeats)),
        }
    }
    Some(turns)
}

fn extents(shape: Shape) -> [i64; 3] {
    [shape.height, shape.width, shape.channels].map(i64::from)
}

/// The filter of a depthwise convolution of one element.
fn each(weights: Vec<i8>, bias: Vec<i32>, Rescale { multiplier, shift }: Rescale) -> Filter {
    let channels = weights.len();
    Filter { weights, bias, multiplier: vec![multiplier; channels], shift: vec![shift; channels] }
}
