//! A `ModelBuilder` that draws weights and keeps every tensor in the range of int8. Every factor is one that follows from
//! the scales of tensors and 32-bit scales of weights, so that the networks can be exported to `.tflite`.

use dim_model_format::{
    About, Add, Clamp, Filter, FilterLayout, ModelBuilder, Padding, Pool2d, Quantization, Rescale, Shape, TapKind,
    TensorId, Window,
};

use crate::draw::{Draw, weight_in};

/// Standard deviation of a uniform int8 weight in `-127..=127`.
const WEIGHT_DEVIATION: f64 = 73.3;
/// Standard deviation of a uniform int8 pixel.
const PIXEL_DEVIATION: f64 = 73.9;
/// Standard deviation, in codes, that the sums of products are brought to.
const OUTPUT_DEVIATION: f64 = 40.0;

/// A tensor, and what calibration would know of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Map {
    id: TensorId,
    /// Of the tensor's quantization.
    scale: f32,
    /// Root of the mean of `(q - zero_point)^2`.
    deviation: f64,
}

/// A network under construction.
#[derive(Debug)]
pub(super) struct Layers<'a> {
    builder: ModelBuilder<'a>,
    draw: Draw,
    /// Those that have been made.
    activations: u8,
}

impl<'a> Layers<'a> {
    pub(super) fn new(name: &'a str, input: Shape, seed: u64, layout: FilterLayout) -> Self {
        let mut builder = ModelBuilder::new(About::named(name), input);
        builder.set_filter_layout(layout);
        Self { builder, draw: Draw(seed), activations: 0 }
    }

    pub(super) fn input(&self) -> Map {
        Map { id: self.builder.input(), scale: Quantization::CENTERED_U8.scale, deviation: PIXEL_DEVIATION }
    }

    pub(super) fn channels(&self, map: Map) -> u16 {
        self.builder.shape(map.id).channels
    }

    pub(super) fn tap(&mut self, kind: TapKind, map: Map) {
        self.builder.tap(kind, map.id);
    }

    /// A convolution with `SAME` padding.
    pub(super) fn conv2d(&mut self, input: Map, channels: u16, kernel: [u8; 2], stride: u8, relu: bool) -> Map {
        let shape = self.builder.shape(input.id);
        let window = same(shape, kernel, stride);
        let fan_in = kernel.map(usize::from).iter().product::<usize>() * usize::from(shape.channels);
        let (output, clamp, deviation) = self.activation(relu);
        let filter = self.filter(self.builder.filter_layout(), input, output.scale, channels, fan_in);
        let id = self.builder.conv2d(input.id, window, clamp, &filter, output);
        Map { id, scale: output.scale, deviation }
    }

    /// A depthwise convolution with `SAME` padding and a rectifier.
    pub(super) fn depthwise_conv2d(&mut self, input: Map, kernel: [u8; 2], stride: u8) -> Map {
        let shape = self.builder.shape(input.id);
        let taps = kernel.map(usize::from).iter().product();
        let (output, clamp, deviation) = self.activation(true);
        let filter = self.filter(FilterLayout::Plain, input, output.scale, shape.channels, taps);
        let id = self.builder.depthwise_conv2d(input.id, same(shape, kernel, stride), clamp, &filter, output);
        Map { id, scale: output.scale, deviation }
    }

    pub(super) fn fully_connected(&mut self, input: Map, units: u16, relu: bool) -> Map {
        let fan_in = usize::try_from(self.builder.shape(input.id).elements()).unwrap_or(0);
        let (output, clamp, deviation) = self.activation(relu);
        let filter = self.filter(self.builder.filter_layout(), input, output.scale, units, fan_in);
        let id = self.builder.fully_connected(input.id, clamp, &filter, output);
        Map { id, scale: output.scale, deviation }
    }

    /// A residual addition with a rectifier.
    pub(super) fn add(&mut self, a: Map, b: Map) -> Map {
        let (output, clamp, deviation) = self.activation(true);
        let real = |map: Map| map.deviation * f64::from(map.scale);
        let scale = (real(a).hypot(real(b)) / OUTPUT_DEVIATION) as f32;
        // As `TFLite` brings both to twice the larger scale.
        let twice_max = 2.0 * f64::from(a.scale.max(b.scale));
        let op = Add {
            inputs: [a.id, b.id],
            left_shift: 20,
            input_rescale: [a, b].map(|map| rescale(f64::from(map.scale) / twice_max)),
            output_rescale: rescale(twice_max / (f64::from(1 << 20) * f64::from(scale))),
            clamp,
        };
        Map { id: self.builder.add(op, Quantization { scale, ..output }), scale, deviation }
    }

    /// The mean over the whole map.
    pub(super) fn average_pool2d(&mut self, input: Map) -> Map {
        let shape = self.builder.shape(input.id);
        let kernel = [shape.height, shape.width].map(|extent| u8::try_from(extent).unwrap_or(u8::MAX));
        let window = Window { kernel, ..Window::square(1, 1, 0) };
        let id = self.builder.average_pool2d(Pool2d { input: input.id, window, clamp: Clamp::NONE });
        // The mean of a rectified normal number is its deviation times 0.56.
        Map { id, scale: input.scale, deviation: input.deviation * 0.56 }
    }

    /// The last layer, and the file.
    pub(super) fn finish(mut self, input: Map, units: u16) -> Vec<u8> {
        let embedding = self.fully_connected(input, units, false);
        self.tap(TapKind::Embedding, embedding);
        self.builder.finish().unwrap_or_else(|error| panic!("a network of published shape is legal: {error}"))
    }

    /// Quantization, clamp and deviation of an output.
    fn activation(&mut self, relu: bool) -> (Quantization, Clamp, f64) {
        let zero_point = if relu { i8::MIN } else { 4 };
        // Half of the numbers are below zero.
        let deviation = if relu { OUTPUT_DEVIATION / 2_f64.sqrt() } else { OUTPUT_DEVIATION };
        // Tensors differ, as calibrated ones do.
        self.activations += 1;
        let scale = 1.0 / f32::from(32 + self.activations % 32);
        (Quantization { scale, zero_point }, Clamp::NONE, deviation)
    }

    /// The largest of each window.
    pub(super) fn max_pool2d(&mut self, input: Map, kernel: u8, stride: u8) -> Map {
        let window = Window::square(kernel, stride, 0);
        let id = self.builder.max_pool2d(Pool2d { input: input.id, window, clamp: Clamp::NONE });
        Map { id, ..input }
    }

    /// With the factors to bring sums to an output of this scale.
    fn filter(&mut self, layout: FilterLayout, input: Map, output: f32, channels: u16, fan_in: usize) -> Filter {
        let count = usize::from(channels) * fan_in;
        let weights = (0..count).map(|_| weight_in(layout, self.draw.within(-127, 127) as i8)).collect();
        let mut filter = Filter { weights, ..Filter::default() };
        let deviation = input.deviation * WEIGHT_DEVIATION * (fan_in as f64).sqrt();
        for _ in 0..channels {
            // Channels differ, as trained ones do.
            let factor = OUTPUT_DEVIATION / deviation * self.draw.within(70, 140) as f64 / 100.0;
            let weight_scale = (factor * f64::from(output) / f64::from(input.scale)) as f32;
            let factor = rescale(f64::from(input.scale) * f64::from(weight_scale) / f64::from(output));
            filter.bias.push(self.draw.within(-(deviation as i64) / 2, deviation as i64 / 2) as i32);
            filter.multiplier.push(factor.multiplier);
            filter.shift.push(factor.shift);
        }
        filter
    }
}

/// `factor` as `multiplier * 2^(shift - 31)`.
fn rescale(factor: f64) -> Rescale {
    let shift = factor.log2().floor() as i8 + 1;
    let multiplier = (factor * 2_f64.powi(31 - i32::from(shift))).round().min(f64::from(i32::MAX)) as i32;
    Rescale { multiplier, shift }
}

/// A window whose output has `extent / stride` elements, rounded up; more padding after than before.
fn same(shape: Shape, kernel: [u8; 2], stride: u8) -> Window {
    let around = |extent: u16, kernel: u8| {
        let windows = extent.div_ceil(u16::from(stride));
        let total = ((windows - 1) * u16::from(stride) + u16::from(kernel)).saturating_sub(extent);
        let before = (total / 2) as u8;
        (before, total as u8 - before)
    };
    let ((top, bottom), (left, right)) = (around(shape.height, kernel[0]), around(shape.width, kernel[1]));
    Window { kernel, stride: [stride; 2], padding: Padding { top, left, bottom, right } }
}
