//! From float layers to integer nodes.

use dim_model_format::{
    About, Add, Clamp, Error, Filter, ModelBuilder, Pool2d, Quantization, Shape, TapKind, TensorId, Window,
};

use super::critic::read_last;
use super::filter::quantize_filter;
use super::{CalibratedBranch, CalibratedCritic, DeviceArithmetic, Range, quantize_multiplier};
use crate::architecture::{Architecture, OnCrops, Operator, Source};
use crate::model::{FloatEncoder, FloatFilter};
use crate::settings::WeightBits;

/// Bits that an addition puts under its inputs, as in `TFLite`.
const ADD_LEFT_SHIFT: u8 = 20;

/// Why an encoder has no `.dim` file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LowerError {
    /// The format has no operator for crops.
    #[error(transparent)]
    Crops(#[from] OnCrops),
    /// The result would not be a valid file, as with extents beyond the format's.
    #[error(transparent)]
    Format(#[from] Error),
}

/// Writes a `.dim` file: weights per channel and in the layout that all targets are fastest with, activations
/// per tensor with the observed ranges, all four taps. A critic lies behind the encoder and has two more.
///
/// Pooling keeps its input's quantization, so its range does not matter; `ReLU` is a clamp of the
/// operator that it follows.
///
/// # Errors
/// [`LowerError`].
pub fn lower(
    encoder: &FloatEncoder,
    arithmetic: &DeviceArithmetic,
    critic: Option<&CalibratedCritic>,
    about: About<'_>,
) -> Result<Vec<u8>, LowerError> {
    let (mut builder, outputs) = lower_layers(encoder, arithmetic, about)?;
    if let Some(critic) = critic {
        lower_critic(&mut builder, &encoder.architecture, &outputs, critic, arithmetic.integers.weights);
    }
    Ok(builder.finish()?)
}

fn lower_critic(
    builder: &mut ModelBuilder<'_>,
    architecture: &Architecture,
    outputs: &[LoweredTensor],
    critic: &CalibratedCritic,
    bits: WeightBits,
) {
    let read = match read_last(architecture) {
        Source::Image => LoweredTensor { id: builder.input(), quantization: Quantization::CENTERED_U8 },
        Source::Layer(index) => outputs[index],
    };
    let map = lower_branch(builder, outputs[architecture.feature_map], &critic.cells, bits);
    let embedding = lower_branch(builder, read, &critic.embedding, bits);
    builder.tap(TapKind::CriticMap, map);
    builder.tap(TapKind::CriticEmbedding, embedding);
}

/// Cell by cell where the branch reads as many numbers as a cell of a map has, and else all of them at once.
fn lower_branch(
    builder: &mut ModelBuilder<'_>,
    input: LoweredTensor,
    calibrated: &CalibratedBranch,
    bits: WeightBits,
) -> TensorId {
    let CalibratedBranch { branch, ranges, .. } = calibrated;
    let [hidden, output, shortcut] = ranges.map(Range::quantization);
    builder.set_filter_layout(bits.layout());
    let mut layer = |input: LoweredTensor, filter: &FloatFilter, quantization: Quantization, relu: bool| {
        let shape = builder.shape(input.id);
        let units = filter.bias.len();
        let clamp = if relu { Clamp { min: quantization.zero_point, max: i8::MAX } } else { Clamp::NONE };
        let channels = u16::try_from(units).unwrap_or(u16::MAX);
        let is_of_cells =
            filter.weights.len() == units * usize::from(shape.channels) && shape != Shape::vector(shape.channels);
        let window = Window::square(1, 1, 0);
        let operator =
            if is_of_cells { Operator::Conv2d { channels, window } } else { Operator::Linear { units: channels } };
        let filter = lower_filter(filter, operator, shape, [input.quantization, quantization], bits);
        let id = match operator {
            Operator::Conv2d { .. } => builder.conv2d(input.id, window, clamp, &filter, quantization),
            _ => builder.fully_connected(input.id, clamp, &filter, quantization),
        };
        LoweredTensor { id, quantization }
    };
    let inner = layer(input, &branch.hidden, hidden, true);
    let outer = layer(inner, &branch.output, output, false);
    let beside = layer(input, &branch.shortcut, shortcut, false);
    let sum = calibrated.quantization();
    builder.add(addition([outer, beside], sum, Clamp::NONE), sum)
}

/// The encoder's nodes and taps, and what each layer writes.
fn lower_layers<'a>(
    encoder: &FloatEncoder,
    DeviceArithmetic { ranges, integers, whitened }: &DeviceArithmetic,
    about: About<'a>,
) -> Result<(ModelBuilder<'a>, Vec<LoweredTensor>), LowerError> {
    let architecture = &encoder.architecture;
    let mut builder = ModelBuilder::new(about, architecture.input);
    builder.set_rounding(integers.rounding);
    let image = LoweredTensor { id: builder.input(), quantization: Quantization::CENTERED_U8 };
    let mut outputs: Vec<LoweredTensor> = Vec::new();
    for ((layer, filter), range) in architecture.layers.iter().zip(&encoder.filters).zip(ranges) {
        let read = |source| match source {
            Source::Image => image,
            Source::Layer(index) => outputs[index],
        };
        let input = read(layer.input);
        let whitened = whitened.as_ref().filter(|_| outputs.len() + 1 == architecture.layers.len());
        let range = whitened.unwrap_or(range);
        let pools = matches!(layer.operator, Operator::MaxPool2d { .. } | Operator::AveragePool2d { .. });
        let quantization = if pools { input.quantization } else { range.quantization() };
        let clamp = if layer.relu { Clamp { min: quantization.zero_point, max: i8::MAX } } else { Clamp::NONE };
        let shape = builder.shape(input.id);
        // Few weights read the image, and all that follows depends on them.
        let bits = match (layer.input, layer.operator, whitened) {
            (Source::Image, ..) | (_, Operator::DepthwiseConv2d { .. }, _) | (.., Some(_)) => WeightBits::Int8,
            _ => integers.weights,
        };
        builder.set_filter_layout(bits.layout());
        let filter = || {
            let filter = filter.as_ref().expect("FloatEncoder has a filter for each weighted operator");
            lower_filter(filter, layer.operator, shape, [input.quantization, quantization], bits)
        };
        let id = match layer.operator {
            Operator::Conv2d { window, .. } => builder.conv2d(input.id, window, clamp, &filter(), quantization),
            Operator::DepthwiseConv2d { window } => {
                builder.depthwise_conv2d(input.id, window, clamp, &filter(), quantization)
            }
            Operator::Linear { .. } => builder.fully_connected(input.id, clamp, &filter(), quantization),
            Operator::MaxPool2d { window } => builder.max_pool2d(Pool2d { input: input.id, window, clamp }),
            Operator::AveragePool2d { window } => builder.average_pool2d(Pool2d { input: input.id, window, clamp }),
            Operator::Add { shortcut } => {
                builder.add(addition([input, read(shortcut)], quantization, clamp), quantization)
            }
            Operator::Unfold { .. } | Operator::Fold { .. } => return Err(OnCrops(architecture.name.clone()).into()),
        };
        outputs.push(LoweredTensor { id, quantization });
    }
    for (layer, kind) in [
        (architecture.feature_map, TapKind::FeatureMap),
        (architecture.conv, TapKind::Conv),
        (architecture.fc, TapKind::Fc),
        (outputs.len() - 1, TapKind::Embedding),
    ] {
        builder.tap(kind, outputs[layer].id);
    }
    Ok((builder, outputs))
}

/// A tensor of the file that is being built.
#[derive(Debug, Clone, Copy)]
struct LoweredTensor {
    id: TensorId,
    quantization: Quantization,
}

/// Both inputs are brought to half of the larger scale, which leaves room for their sum: `TFLite`'s `ADD`.
fn addition(inputs: [LoweredTensor; 2], output: Quantization, clamp: Clamp) -> Add {
    let scales = inputs.map(|input| f64::from(input.quantization.scale));
    let common = 2.0 * scales[0].max(scales[1]);
    Add {
        inputs: inputs.map(|input| input.id),
        left_shift: ADD_LEFT_SHIFT,
        input_rescale: scales.map(|scale| quantize_multiplier(scale / common)),
        output_rescale: quantize_multiplier(common / f64::from(1 << ADD_LEFT_SHIFT) / f64::from(output.scale)),
        clamp,
    }
}

/// The integers of a filter in the device's order, channels innermost.
fn lower_filter(
    filter: &FloatFilter,
    operator: Operator,
    input: Shape,
    scales: [Quantization; 2],
    bits: WeightBits,
) -> Filter {
    let [height, width] = operator.window().map_or([input.height, input.width], |window| window.kernel.map(u16::from));
    let extents = [input.channels.into(), usize::from(height) * usize::from(width)];
    if let Operator::DepthwiseConv2d { .. } = operator {
        // A channel's weights have one scale, so they are turned once they have it.
        let filter = quantize_filter(&filter.weights, &filter.bias, scales, bits);
        Filter { weights: channels_last(&filter.weights, extents), ..filter }
    } else {
        quantize_filter(&channels_last(&filter.weights, extents), &filter.bias, scales, bits)
    }
}

/// Turns each block of `[channels, area]` numbers to `[area, channels]`: `OIHW` to `OHWI`, `C1HW` to `1HWC`, and
/// the rows of a fully connected layer from `[channels, height, width]` to `[height, width, channels]`.
fn channels_last<T: Copy>(weights: &[T], [channels, area]: [usize; 2]) -> Vec<T> {
    let permuted = |block: &[T]| -> Vec<T> {
        (0..area * channels).map(|index| block[index % channels * area + index / channels]).collect()
    };
    weights.chunks_exact(channels * area).flat_map(permuted).collect()
}

#[cfg(test)]
mod tests {
    use dim_model_format::Rescale;

    use super::*;

    #[test]
    fn an_addition_brings_both_inputs_to_the_scale_of_the_sum() {
        let tensor =
            |id, scale| LoweredTensor { id: TensorId(id), quantization: Quantization { scale, zero_point: 5 } };
        let output = Quantization { scale: 0.5, zero_point: -3 };
        let add = addition([tensor(1, 0.25), tensor(2, 0.1)], output, Clamp::NONE);
        assert_eq!((add.inputs, add.left_shift), ([TensorId(1), TensorId(2)], 20));
        let factor = |rescale: Rescale| f64::from(rescale.multiplier) * f64::from(i32::from(rescale.shift) - 31).exp2();
        assert_eq!(add.input_rescale[0], Rescale { multiplier: 1 << 30, shift: 0 });
        for (rescale, scale) in add.input_rescale.into_iter().zip([0.25, f64::from(0.1_f32)]) {
            let whole = factor(rescale) * f64::from(20).exp2() * factor(add.output_rescale);
            assert!((whole * 0.5 / scale - 1.0).abs() < 1e-8, "{add:?}");
        }
    }

    #[test]
    fn a_filter_is_turned_to_channels_last() {
        // Two channels of 1x3: [a0 a1 a2, b0 b1 b2] becomes [a0 b0, a1 b1, a2 b2].
        assert_eq!(channels_last(&[0, 1, 2, 10, 11, 12], [2, 3]), [0, 10, 1, 11, 2, 12]);
        assert_eq!(channels_last(&[0, 1, 2, 3, 10, 11, 12, 13], [2, 2]), [0, 2, 1, 3, 10, 12, 11, 13]);
    }
}
