//! What operators without a window and without sums of weights become.

use dim_model_format::{Axis, Clamp, Mean, Shape};

use super::border::MOST_CONCATENATED;
use super::error::{ImportError, Unsupported};
use super::file::Operator;
use super::graph::{Graph, Value};
use crate::factors::mean_factor;
use crate::pixels::Standardization;
use crate::schema::{Activation, OptionsType, TensorType};
use crate::tables::Curve;

/// TensorFlow Lite Micro has room for no more.
const MOST_AXES: usize = 2;
const MOST_EXTENTS: usize = 4;

impl Graph<'_, '_> {
    /// Makes the image one of plain pixels.
    pub(super) fn standardize(&mut self, standardization: &Standardization<'_>) -> Result<(), ImportError> {
        let channels = self.builder.shape(self.builder.input()).channels;
        let image = self.image();
        let tables = standardization.tables(channels, image).ok_or(ImportError::Standardization { channels })?;
        self.builder.set_input_tables(&tables, image);
        Ok(())
    }

    /// A mean over all rows and columns, whether or not the file keeps them as extents of 1.
    pub(super) fn mean(&mut self, operator: &Operator<'_>, output: usize) -> Result<(Value, usize), Unsupported> {
        operator.options(OptionsType::Reducer)?;
        let input = self.read(operator, 0)?;
        let from = operator.input(0).ok_or(Unsupported::Operands)?;
        let shape = self.builder.shape(input);
        self.check_axes(operator, from, i32::from(shape.channels))?;
        if self.file.tensor(output)?.elements() != Some(shape.channels.into()) {
            return Err(Unsupported::Shape(output));
        }
        let elements = u32::from(shape.height) * u32::from(shape.width);
        let quantization = self.quantization(output)?;
        let rescale = mean_factor(self.quantization(from)?, quantization, elements).ok_or(Unsupported::MeanFactor)?;
        let (clamp, bounded) = self.bounds(Activation::None, output)?;
        Ok((Value::Tensor(self.builder.mean(Mean { input, clamp, rescale }, quantization)), bounded))
    }

    /// Each element by itself: a table of what the operator makes of it, and of the activations behind it.
    pub(super) fn lookup(&mut self, operator: &Operator<'_>, output: usize) -> Result<(Value, usize), Unsupported> {
        let curve = match operator.kind() {
            "LEAKY_RELU" => {
                let alpha = operator.options(OptionsType::LeakyRelu)?.uint(0, 0).map_err(|_| Unsupported::Options)?;
                Curve::LeakyRelu(f32::from_bits(alpha))
            }
            "LOGISTIC" => Curve::Logistic,
            "TANH" => Curve::Tanh,
            "HARD_SWISH" => Curve::HardSwish,
            _ => Curve::Quantize,
        };
        let input = self.read(operator, 0)?;
        let from = operator.input(0).ok_or(Unsupported::Operands)?;
        if !self.file.tensor(from)?.shape().eq(self.file.tensor(output)?.shape()) {
            return Err(Unsupported::Shape(output));
        }
        let before = if curve == Curve::Quantize { self.read_quantization(from)? } else { self.quantization(from)? };
        let after = self.quantization(output)?;
        if curve == Curve::Quantize && before == after {
            return Ok((Value::Tensor(input), output));
        }
        let mut table = curve.table(before, after, self.rounding()).ok_or(Unsupported::Curve)?;
        let (clamp, bounded) = self.bounds(Activation::None, output)?;
        table.iter_mut().for_each(|made| *made = (*made).max(clamp.min).min(clamp.max));
        Ok((Value::Tensor(self.builder.lookup(input, &table, after)), bounded))
    }

    /// Several tensors along the axis of ours along which the same elements stand together as in the file.
    pub(super) fn concatenation(
        &mut self,
        operator: &Operator<'_>,
        output: usize,
    ) -> Result<(Value, usize), Unsupported> {
        let options = operator.options(OptionsType::Concatenation)?;
        let [axis, activation] = [options.int(0, 0), options.byte(1, 0).map(i32::from)];
        let count = operator.input_count();
        if activation != Ok(0) || !(2..=MOST_CONCATENATED).contains(&count) {
            return Err(Unsupported::Concatenation);
        }
        let quantization = self.quantization(output)?;
        let axis = axis.map_err(|_| Unsupported::Options)?;
        let mut inputs = Vec::new();
        let mut blocks = Vec::new();
        for n in 0..count {
            inputs.push(self.read(operator, n)?);
            let tensor = operator.input(n).ok_or(Unsupported::Operands)?;
            if self.quantization(tensor)? != quantization {
                return Err(Unsupported::Requantizes);
            }
            blocks.push(self.block(tensor, output, axis).ok_or(Unsupported::Shape(tensor))?);
        }
        let shapes: Vec<Shape> = inputs.iter().map(|id| self.builder.shape(*id)).collect();
        let elements = self.file.tensor(output)?.elements();
        let same = |axis: &Axis| {
            let all = axis.concatenated(shapes.iter().copied())?;
            let stand_together = shapes.iter().zip(&blocks).all(|(shape, block)| axis.block(*shape) == *block);
            (stand_together && elements == Some(all.elements())).then_some((*axis, all))
        };
        let axes = [Axis::Channels, Axis::Width, Axis::Height, Axis::Flat];
        let found: Vec<(Axis, Shape)> = axes.iter().filter_map(same).collect();
        // Of several, the one that gives the shape that the file states.
        let stated = self.file.tensor(output)?.map();
        let stated = found.iter().find(|(_, shape)| stated == Some(*shape));
        let (axis, _) = stated.or_else(|| found.first()).ok_or(Unsupported::Shape(output))?;
        let all = self.builder.concatenation(&inputs, *axis);
        let (clamp, bounded) = self.bounds(Activation::None, output)?;
        Ok((Value::Tensor(if clamp == Clamp::NONE { all } else { self.clamped(all, clamp) }), bounded))
    }

    /// Elements of a tensor that stand together when it is concatenated along an axis to `output`, which must have the
    /// same extents along all others.
    fn block(&self, tensor: usize, output: usize, axis: i32) -> Option<u64> {
        let [shape, all] = [tensor, output].map(|tensor| Some(self.file.tensor(tensor).ok()?.shape()));
        let (shape, all) = (shape?, all?);
        // Negative axes count from the last.
        let axis = if axis < 0 { axis.checked_add(shape.len() as i32)? } else { axis };
        let axis = usize::try_from(axis).ok().filter(|axis| *axis < shape.len() && shape.len() <= MOST_EXTENTS)?;
        let others_agree = shape.clone().zip(all.clone()).enumerate().all(|(n, (a, b))| n == axis || a == b);
        if !others_agree || shape.len() != all.len() {
            return None;
        }
        self.file.tensor(tensor).ok()?.elements()?;
        shape.skip(axis).try_fold(1_u64, |block, extent| block.checked_mul(u64::try_from(extent).ok()?))
    }

    /// That the axes of a reduction of tensor `from` are all of its extents but the last one, the channels.
    fn check_axes(&self, operator: &Operator<'_>, from: usize, channels: i32) -> Result<(), Unsupported> {
        let axes = operator.input(1).ok_or(Unsupported::Operands)?;
        let constant = self.file.tensor(axes)?;
        let (words, []) = constant.data.as_chunks::<4>() else { return Err(Unsupported::Constant(axes)) };
        let is_list = constant.is(TensorType::Int32) && constant.shape().len() <= 1;
        if !is_list || constant.elements() != Some(words.len() as u64) {
            return Err(Unsupported::Constant(axes));
        }
        let shape = self.file.tensor(from)?.shape();
        let count = shape.len() as i32;
        let mut is_reduced = [false; MOST_EXTENTS];
        if words.len() > MOST_AXES || shape.len() > MOST_EXTENTS {
            return Err(Unsupported::Axes);
        }
        for axis in words.iter().map(|word| i32::from_le_bytes(*word)) {
            // Negative ones count from the last.
            let axis = if axis < 0 { axis.saturating_add(count) } else { axis };
            let place = usize::try_from(axis).ok().filter(|axis| *axis < shape.len()).ok_or(Unsupported::Axes)?;
            is_reduced[place] = true;
        }
        let last = shape.len().checked_sub(1).ok_or(Unsupported::Axes)?;
        let as_it_should =
            shape.clone().zip(is_reduced).enumerate().all(|(axis, (extent, is_reduced))| match axis == last {
                true => extent == channels && !is_reduced,
                false => is_reduced || extent == 1,
            });
        if as_it_should { Ok(()) } else { Err(Unsupported::Axes) }
    }
}
