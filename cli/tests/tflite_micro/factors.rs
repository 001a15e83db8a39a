//! Factors to their last bits. An int8 output hides a factor that is slightly wrong, unless its accumulator
//! lies where the output steps from one number to the next: here every accumulator does.

use dim_model_format::{About, Clamp, Filter, ModelBuilder, Quantization, Rescale, Shape, TapKind, TensorId, Window};
use dim_trainer::quantize::quantize_multiplier;

use crate::graphs::Draw;
use crate::interpreter::{Compared, Interpreter, write};

const CHANNELS: usize = 200;
const LARGEST_BIAS: i64 = i32::MAX as i64 - 4 * 255 * 128;

/// `docs/ARITHMETIC.md`, Requantize, for right shifts of positive numbers.
fn requantize(acc: i64, rescale: Rescale) -> i64 {
    let high = (acc * i64::from(rescale.multiplier) + (1 << 30)) >> 31;
    let right = -rescale.shift;
    (high + (1 << (right - 1))) >> right
}

/// The smallest accumulator that gives `value`.
fn step(value: i64, rescale: Rescale) -> i64 {
    let (mut below, mut reached) = (0, LARGEST_BIAS);
    while reached - below > 1 {
        let middle = i64::midpoint(below, reached);
        if requantize(middle, rescale) >= value { reached = middle } else { below = middle }
    }
    reached
}

/// Channels that see nothing of the image, with biases at a step and, in every other channel, one below it.
fn filter(draw: &mut Draw, channels: usize, fan_in: usize, [input, output]: [Quantization; 2]) -> Filter {
    let [input, output] = [input, output].map(|quantization| f64::from(quantization.scale));
    let mut filter = Filter { weights: vec![0; channels * fan_in], ..Filter::default() };
    for channel in 0..channels {
        // So small that an output of 50 to 100 takes an accumulator of 30 bits.
        let scale = f64::from(draw.real(2e-8, 4e-8)) * output / input;
        let scale = f64::from(scale as f32);
        let rescale = quantize_multiplier(input * scale / output);
        let bias = step(20 + draw.below(20) as i64, rescale) - (channel % 2) as i64;
        assert!(bias > 1 << 28 && bias < LARGEST_BIAS, "{bias}");
        filter.bias.push(bias as i32);
        filter.multiplier.push(rescale.multiplier);
        filter.shift.push(rescale.shift);
    }
    filter
}

/// One layer on two channels of one pixel, which have the quantization `input`: a scale of 24 bits, unlike the image's.
fn layer(input: Quantization, append: impl FnOnce(&mut ModelBuilder<'_>, TensorId) -> TensorId) -> Vec<u8> {
    let mut builder = ModelBuilder::new(About::named("steps"), Shape::new(1, 1, 2));
    let filter = Filter { weights: vec![1; 2], bias: vec![0; 2], multiplier: vec![0; 2], shift: vec![0; 2] };
    let window = Window::square(1, 1, 0);
    let image = builder.depthwise_conv2d(builder.input(), window, Clamp::NONE, &filter, input);
    let output = append(&mut builder, image);
    builder.tap(TapKind::Embedding, output);
    builder.finish().unwrap()
}

#[test]
fn factors_are_equal_to_the_last_bits() {
    let Some(interpreter) = Interpreter::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut draw = Draw::new(7);
    let mut models = Vec::new();
    let mut add = |file: Vec<u8>| {
        let name = models.len().to_string();
        models.push(write(folder.path(), &name, &file, std::iter::once(&[0, 255][..])));
    };
    let one = Window::square(1, 1, 0);
    for _ in 0..10 {
        let scales = [draw.quantization(), Quantization { zero_point: 0, ..draw.quantization() }];
        let [input, output] = scales;
        let two = filter(&mut draw, CHANNELS, 2, scales);
        let depthwise = filter(&mut draw, CHANNELS, 1, scales);
        add(layer(input, |builder, image| builder.conv2d(image, one, Clamp::NONE, &two, output)));
        add(layer(input, |builder, image| builder.depthwise_conv2d(image, one, Clamp::NONE, &depthwise, output)));
        add(layer(input, |builder, image| builder.fully_connected(image, Clamp::NONE, &two, output)));
    }
    for _ in 0..100 {
        let scales = [draw.quantization(), Quantization { zero_point: 0, ..draw.quantization() }];
        let [input, output] = scales;
        let unit = filter(&mut draw, 1, 2, scales);
        add(layer(input, |builder, image| builder.fully_connected(image, Clamp::NONE, &unit, output)));
    }
    let bytes = 30 * CHANNELS + 100;
    assert_eq!(interpreter.compare(&models), Compared { models: 130, images: 130, bytes });
}
