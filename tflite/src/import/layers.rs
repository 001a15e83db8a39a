//! What each operator of the file becomes.

use dim_model_format::{Add, Clamp, Filter, Pool2d, TensorId, Window};

use super::dilation::Dilation;
use super::error::Unsupported;
use super::file::Operator;
use super::graph::{Graph, Value, unfused};
use super::view::{Fill, View, grown};
use crate::factors::{ADD_LEFT_SHIFT, sum_factors};
use crate::geometry::bounds;
use crate::schema::{Activation, OptionsType, Padding, TensorType};
use dim_flatbuffer::Record;

/// A value, and the tensor of the file that it is.
type Made = Result<(Value, usize), Unsupported>;

/// A damaged attribute is one that is not there.
fn known<T, E>(attribute: Result<T, E>) -> Result<T, Unsupported> {
    attribute.map_err(|_| Unsupported::Options)
}

fn activation(options: &Record<'_>, field: usize) -> Result<Activation, Unsupported> {
    Activation::of_code(known(options.byte(field, 0))?).ok_or(Unsupported::Options)
}

/// Kernel or stride.
fn extents(height: i32, width: i32) -> Result<[u8; 2], Unsupported> {
    let extent = |extent: i32| u8::try_from(extent).ok().filter(|extent| *extent > 0).ok_or(Unsupported::Window);
    Ok([extent(height)?, extent(width)?])
}

/// Padding and stride, which all operators with a window have in the same fields; widths come first.
fn sliding(options: &Record<'_>) -> Result<(Padding, [u8; 2]), Unsupported> {
    let padding = Padding::of_code(known(options.byte(0, 0))?).ok_or(Unsupported::Options)?;
    Ok((padding, extents(known(options.int(2, 0))?, known(options.int(1, 0))?)?))
}

impl Graph<'_, '_> {
    /// What a live operator makes of its inputs, and which tensor it is: `output`, or one further on where the operators
    /// between are fused.
    pub(super) fn layer(&mut self, operator: &Operator<'_>, output: usize) -> Made {
        match operator.kind() {
            "CONV_2D" => self.conv2d(operator, output),
            "DEPTHWISE_CONV_2D" => self.depthwise_conv2d(operator, output),
            "FULLY_CONNECTED" => self.fully_connected(operator, output),
            "ADD" => self.add(operator, output),
            "MUL" => self.mul(operator, output),
            "AVERAGE_POOL_2D" | "MAX_POOL_2D" => self.pool2d(operator, output),
            "QUANTIZE" | "LEAKY_RELU" | "LOGISTIC" | "TANH" | "HARD_SWISH" => self.lookup(operator, output),
            "CONCATENATION" => self.concatenation(operator, output),
            "MEAN" => self.mean(operator, output),
            "PAD" | "PADV2" => self.pad(operator, output),
            "RELU" | "RELU6" | "RELU_N1_TO_1" => self.activation(operator, output),
            "SPACE_TO_BATCH_ND" | "BATCH_TO_SPACE_ND" => Err(Unsupported::Blocks),
            "DEQUANTIZE" => Err(Unsupported::Floats),
            _ => Err(Unsupported::Operator),
        }
    }

    fn conv2d(&mut self, operator: &Operator<'_>, output: usize) -> Made {
        let options = operator.options(OptionsType::Conv2d)?;
        let (padding, stride) = sliding(&options)?;
        let weights = operator.input(1).ok_or(Unsupported::Operands)?;
        let [channels, height, width, in_channels] =
            self.file.tensor(weights)?.extents().ok_or(Unsupported::Constant(weights))?;
        let dilation = Dilation::of(&options, 4, extents(height, width)?)?;
        let view = self.windowed(operator, padding, dilation.kernel, stride, Fill::RealZero)?;
        let View { input, window, .. } = view;
        let found = self.builder.shape(input).channels;
        if in_channels != i32::from(found) {
            return Err(Unsupported::Channels { weights: in_channels, input: found });
        }
        let (clamp, bounded) = self.bounds(activation(&options, 3)?, output)?;
        let mut filter = self.filter(operator, output, channels, 0)?;
        filter.weights = self.filled(filter.weights, dilation, found.into())?;
        filter.weights = view.turn_weights(filter.weights, found);
        let quantization = self.quantization(output)?;
        let map = self.builder.conv2d(input, window, clamp, &filter, quantization);
        self.map(&view, map, output, bounded)
    }

    fn depthwise_conv2d(&mut self, operator: &Operator<'_>, output: usize) -> Made {
        let options = operator.options(OptionsType::DepthwiseConv2d)?;
        let (padding, stride) = sliding(&options)?;
        let weights = operator.input(1).ok_or(Unsupported::Operands)?;
        let [1, height, width, channels] =
            self.file.tensor(weights)?.extents().ok_or(Unsupported::Constant(weights))?
        else {
            return Err(Unsupported::Constant(weights));
        };
        let dilation = Dilation::of(&options, 5, extents(height, width)?)?;
        let view = self.windowed(operator, padding, dilation.kernel, stride, Fill::RealZero)?;
        let View { input, window, .. } = view;
        let in_channels = self.builder.shape(input).channels;
        let multiplier = known(options.int(3, 0))?;
        if i64::from(channels) != i64::from(in_channels) * i64::from(multiplier) {
            return Err(Unsupported::Shape(weights));
        }
        let (clamp, bounded) = self.bounds(activation(&options, 4)?, output)?;
        let mut filter = self.filter(operator, output, channels, 3)?;
        filter.weights = self.filled(filter.weights, dilation, filter.bias.len())?;
        filter.weights = view.turn_weights(filter.weights, u16::try_from(channels).unwrap_or_default());
        let quantization = self.quantization(output)?;
        // All channels of one: each is a filter over the whole input, and convolutions are faster.
        let map = if in_channels == 1 {
            self.builder.conv2d(input, window, clamp, &channels_first(filter), quantization)
        } else {
            self.builder.depthwise_conv2d(input, window, clamp, &filter, quantization)
        };
        self.map(&view, map, output, bounded)
    }

    fn fully_connected(&mut self, operator: &Operator<'_>, output: usize) -> Made {
        let options = operator.options(OptionsType::FullyConnected)?;
        // Other formats of weights are shuffled.
        if known(options.byte(1, 0))? != 0 {
            return Err(Unsupported::Options);
        }
        let weights = operator.input(1).ok_or(Unsupported::Operands)?;
        let [units, fan_in] = self.file.tensor(weights)?.extents().ok_or(Unsupported::Constant(weights))?;
        let input = self.read(operator, 0)?;
        let is_whole = |elements: u64, extent: i32| u64::try_from(extent) == Ok(elements);
        if !is_whole(self.builder.shape(input).elements(), fan_in) {
            return self.fully_connected_each(operator, output, activation(&options, 0)?);
        }
        if !self.file.tensor(output)?.elements().is_some_and(|elements| is_whole(elements, units)) {
            return Err(Unsupported::Shape(output));
        }
        let (clamp, bounded) = self.bounds(activation(&options, 0)?, output)?;
        let filter = self.filter(operator, output, units, 0)?;
        let vector = self.builder.fully_connected(input, clamp, &filter, self.quantization(output)?);
        Ok((Value::Tensor(vector), bounded))
    }

    /// A layer that is applied to the channels of each element, which is a convolution.
    fn fully_connected_each(&mut self, operator: &Operator<'_>, output: usize, activation: Activation) -> Made {
        let [from, weights] = [0, 1].map(|n| operator.input(n).ok_or(Unsupported::Operands));
        let (from, weights) = (from?, weights?);
        let [units, fan_in] = self.file.tensor(weights)?.extents().ok_or(Unsupported::Constant(weights))?;
        let [read, made] = [*self.file.tensor(from)?, *self.file.tensor(output)?];
        let input = self.read(operator, 0)?;
        let shape = self.builder.shape(input);
        let elements = u64::from(shape.height) * u64::from(shape.width);
        let [ends, last] = [read, made].map(|tensor| tensor.shape().last());
        let is_each = i32::from(shape.channels) == fan_in && ends == Some(fan_in) && last == Some(units);
        if !is_each || made.elements() != u64::try_from(units).ok().map(|units| units * elements) {
            let is_batch = |images| Unsupported::Batch { tensor: from, images };
            return Err(read.batch().map_or(Unsupported::Shape(weights), is_batch));
        }
        let (clamp, bounded) = self.bounds(activation, output)?;
        let filter = self.filter(operator, output, units, 0)?;
        let quantization = self.quantization(output)?;
        let map = self.builder.conv2d(input, Window::square(1, 1, 0), clamp, &filter, quantization);
        Ok((Value::Tensor(map), bounded))
    }

    fn add(&mut self, operator: &Operator<'_>, output: usize) -> Made {
        let options = operator.options(OptionsType::Add)?;
        let inputs = [self.read(operator, 0)?, self.read(operator, 1)?];
        let [first, second] = [0, 1].map(|n| operator.input(n).ok_or(Unsupported::Operands));
        let tensors = [first?, second?];
        let shapes = inputs.map(|id| self.builder.shape(id));
        let sum = self.file.tensor(output)?;
        let is_elementwise = shapes[0] == shapes[1]
            && sum.shape().eq(self.file.tensor(tensors[0])?.shape())
            && sum.shape().eq(self.file.tensor(tensors[1])?.shape());
        if !is_elementwise {
            return Err(Unsupported::Broadcast);
        }
        let quantizations = [self.quantization(tensors[0])?, self.quantization(tensors[1])?];
        let quantization = self.quantization(output)?;
        let (input_rescale, output_rescale) =
            sum_factors(quantizations, quantization).ok_or(Unsupported::SumFactors)?;
        let (clamp, bounded) = self.bounds(activation(&options, 0)?, output)?;
        let op = Add { inputs, left_shift: ADD_LEFT_SHIFT, input_rescale, output_rescale, clamp };
        Ok((Value::Tensor(self.builder.add(op, quantization)), bounded))
    }

    fn pool2d(&mut self, operator: &Operator<'_>, output: usize) -> Made {
        let options = operator.options(OptionsType::Pool2d)?;
        let (padding, stride) = sliding(&options)?;
        let kernel = extents(known(options.int(4, 0))?, known(options.int(3, 0))?)?;
        let is_maximum = operator.kind() == "MAX_POOL_2D";
        let fill = if is_maximum { Fill::Smallest } else { Fill::Nothing };
        let view = self.windowed(operator, padding, kernel, stride, fill)?;
        self.check_quantization(operator, output)?;
        let (clamp, bounded) = self.bounds(activation(&options, 5)?, output)?;
        let op = Pool2d { input: view.input, window: view.window, clamp };
        let map = if is_maximum { self.builder.max_pool2d(op) } else { self.builder.average_pool2d(op) };
        self.map(&view, map, output, bounded)
    }

    /// A padding, which the operators that read it take over.
    fn pad(&self, operator: &Operator<'_>, output: usize) -> Made {
        self.check_quantization(operator, output)?;
        let [input, amounts] = [0, 1].map(|n| operator.input(n).ok_or(Unsupported::Operands));
        let (input, amounts) = (input?, amounts?);
        let constant = self.file.tensor(amounts)?;
        let (words, []) = constant.data.as_chunks::<8>() else { return Err(Unsupported::Constant(amounts)) };
        let rank = self.file.tensor(input)?.shape().len();
        if !constant.is(TensorType::Int32) || constant.extents() != Some([rank as i32, 2]) || words.len() != rank {
            return Err(Unsupported::Constant(amounts));
        }
        if words.iter().all(|pair| *pair == [0; 8]) {
            let is_same = self.file.tensor(input)?.shape().eq(self.file.tensor(output)?.shape());
            return is_same.then_some((self.value(operator, 0)?, output)).ok_or(Unsupported::Shape(output));
        }
        let tensor = self.read(operator, 0)?;
        let mut pairs = words.iter().map(|pair| {
            let (words, _) = pair.as_chunks::<4>();
            let amount = |word: &[u8; 4]| u8::try_from(i32::from_le_bytes(*word)).map_err(|_| Unsupported::Padding);
            Ok([amount(&words[0])?.into(), amount(&words[1])?.into()])
        });
        let mut pair = || pairs.next().unwrap_or(Ok([0_u32; 2]));
        let batch = pair()?;
        // A map without a height has none to pad.
        let [[top, bottom], [left, right]] = [if rank == 4 { pair()? } else { [0; 2] }, pair()?];
        if [batch, pair()?] != [[0; 2]; 2] {
            return Err(Unsupported::Padding);
        }
        let fill = match operator.input(2).filter(|_| operator.kind() == "PADV2") {
            None => self.quantization(output)?.zero_point,
            Some(value) => match self.file.tensor(value)?.data {
                [byte] if self.file.tensor(value)?.is(TensorType::Int8) => byte.cast_signed(),
                _ => return Err(Unsupported::Constant(value)),
            },
        };
        let sides = [top, left, bottom, right];
        let shape = self.stated_map(input)?;
        if grown(self.stated_map(output)?, [0; 4]) != grown(shape, sides) {
            return Err(Unsupported::Shape(output));
        }
        Ok((Value::Padded { tensor, shape, sides, fill }, output))
    }

    /// An activation that no operator in front of it could take over.
    fn activation(&mut self, operator: &Operator<'_>, output: usize) -> Made {
        let input = self.read(operator, 0)?;
        self.check_quantization(operator, output)?;
        let from = operator.input(0).ok_or(Unsupported::Operands)?;
        if !self.file.tensor(from)?.shape().eq(self.file.tensor(output)?.shape()) {
            return Err(Unsupported::Shape(output));
        }
        let quantization = self.quantization(output)?;
        let clamp = unfused(operator).map_or(Clamp::NONE, |activation| bounds(activation, quantization));
        Ok((Value::Tensor(self.clamped(input, clamp)), output))
    }

    /// A map that was made, where the file states its shape as `output`.
    fn map(&self, view: &View, map: TensorId, output: usize, bounded: usize) -> Made {
        self.check_output(view, map, output)?;
        Ok((Value::Tensor(map), bounded))
    }
}

/// Filters of one input channel, from `[height, width, channels]` to `[channels, height, width]`.
fn channels_first(filter: Filter) -> Filter {
    let channels = filter.bias.len();
    let of_channel = |channel| filter.weights.iter().skip(channel).step_by(channels).copied();
    Filter { weights: (0..channels).flat_map(of_channel).collect(), ..filter }
}
