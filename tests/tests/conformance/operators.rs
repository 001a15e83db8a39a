//! Properties: each operator alone, over its whole space of shapes and numbers.

use dim_model_format::{
    About, Add, Axis, Clamp, Filter, FilterLayout, Mean, Model, ModelBuilder, Mul, Pool2d, Quantization, Rescale,
    Shape, TapKind, TensorId, Window,
};
use proptest::prelude::*;

use crate::compare::compare;
use crate::{CASES, settings};
use dim_conformance::draw::{Draw, elements, window, with_zero_point};

/// An image, the zero point that its bytes are given, and the window that slides over it.
#[derive(Debug, Clone)]
struct Scene {
    shape: Shape,
    zero_point: i8,
    window: Window,
    seed: u64,
}

/// Kernels of 1 to 7, strides up to 9, any legal padding, images from the smallest that one window fits.
fn scene(channels: u16) -> impl Strategy<Value = Scene> {
    let axis = || {
        (1_u8..=7).prop_flat_map(|kernel| (Just(kernel), 1_u8..=9, 0..kernel, 0..kernel, 0_u16..=9)).prop_map(
            |(kernel, stride, before, after, more)| {
                let smallest = u16::from(kernel.saturating_sub(before + after)).max(1);
                (smallest + more, (kernel, stride, before, after))
            },
        )
    };
    (axis(), axis(), 1..=channels, any::<i8>(), any::<u64>()).prop_map(
        |((height, vertical), (width, horizontal), channels, zero_point, seed)| Scene {
            shape: Shape::new(height, width, channels),
            zero_point,
            window: window(vertical, horizontal),
            seed,
        },
    )
}

impl Scene {
    /// Builds a model of one operator on the image, runs it on drawn pixels, and compares.
    fn check(
        &self,
        operator: impl FnOnce(&mut ModelBuilder<'_>, TensorId, &mut Draw) -> TensorId,
    ) -> Result<(), TestCaseError> {
        let mut draw = Draw(self.seed);
        let mut builder = ModelBuilder::new(About::named("one operator"), self.shape);
        let input = with_zero_point(&mut builder, TensorId(0), self.zero_point);
        builder.set_filter_layout(draw.layout());
        let output = operator(&mut builder, input, &mut draw);
        // What is not tapped may be written over.
        if draw.bits().is_multiple_of(2) {
            builder.tap(TapKind::FeatureMap, input);
        }
        builder.tap(TapKind::Embedding, output);
        let file = builder.finish().map_err(|error| TestCaseError::fail(error.to_string()))?;
        compare(&file, &draw.bytes(elements(self.shape)))
    }

    fn window_elements(&self) -> usize {
        self.window.kernel.map(usize::from).iter().product()
    }

    fn pool(&self, draw: &mut Draw, input: TensorId) -> Pool2d {
        let quantization = Quantization { scale: 1.0, zero_point: self.zero_point };
        Pool2d { input, window: self.window, clamp: draw.clamp(quantization) }
    }
}

proptest! {
    #![proptest_config(settings(CASES))]

    #[test]
    fn conv2d(scene in scene(40), out_channels in 1_u16..=40) {
        scene.check(|builder, input, draw| {
            let fan_in = scene.window_elements() * usize::from(scene.shape.channels);
            let filter = draw.filter(builder.filter_layout(), out_channels, fan_in);
            let output = draw.quantization();
            builder.conv2d(input, scene.window, draw.clamp(output), &filter, output)
        })?;
    }

    #[test]
    fn depthwise_conv2d(scene in scene(16), depth_multiplier in 1_u16..=4) {
        scene.check(|builder, input, draw| {
            let filter = draw.filter(FilterLayout::Plain, scene.shape.channels * depth_multiplier, scene.window_elements());
            let output = draw.quantization();
            builder.depthwise_conv2d(input, scene.window, draw.clamp(output), &filter, output)
        })?;
    }

    #[test]
    fn fully_connected(scene in scene(40), units in 1_u16..=40) {
        scene.check(|builder, input, draw| {
            let filter = draw.filter(builder.filter_layout(), units, elements(scene.shape));
            let output = draw.quantization();
            builder.fully_connected(input, draw.clamp(output), &filter, output)
        })?;
    }

    #[test]
    fn average_pool2d(scene in scene(40)) {
        scene.check(|builder, input, draw| builder.average_pool2d(scene.pool(draw, input)))?;
    }

    #[test]
    fn max_pool2d(scene in scene(40)) {
        scene.check(|builder, input, draw| builder.max_pool2d(scene.pool(draw, input)))?;
    }

    /// Of the image and of others with as many rows, columns or channels less or more.
    #[test]
    fn concatenation(scene in scene(20), axis in 0..4_usize, order in any::<bool>()) {
        scene.check(|builder, input, draw| {
            let axis = [Axis::Height, Axis::Width, Axis::Channels, Axis::Flat][axis];
            let quantization = Quantization { scale: 1.0 / 128.0, zero_point: scene.zero_point };
            let [height, width, channels] = match axis {
                Axis::Height => [draw.within(1, 3) as u8, 1, 1],
                Axis::Width => [1, draw.within(1, 3) as u8, 1],
                Axis::Channels => [1, 1, draw.within(1, 9) as u8],
                _ => [2, 3, 1],
            };
            let shape = scene.shape;
            let fits = u16::from(height) <= shape.height && u16::from(width) <= shape.width;
            let [height, width] = if fits { [height, width] } else { [1, 1] };
            let out_channels = if axis == Axis::Channels { u16::from(channels) } else { shape.channels };
            let window = Window { kernel: [height, width], ..Window::square(1, 1, 0) };
            let filter = draw.filter(FilterLayout::Plain, out_channels, usize::from(height) * usize::from(width) * usize::from(shape.channels));
            builder.set_filter_layout(FilterLayout::Plain);
            let other = builder.conv2d(input, window, Clamp::NONE, &filter, quantization);
            let inputs = if order { vec![input, other] } else { vec![other, input, input, other] };
            builder.concatenation(&inputs, axis)
        })?;
    }

    #[test]
    fn lookup(scene in scene(40)) {
        scene.check(|builder, input, draw| {
            let output = draw.quantization();
            builder.lookup(input, &draw.table(), output)
        })?;
    }

    #[test]
    fn mean(scene in scene(40)) {
        scene.check(|builder, input, draw| {
            let rescale = draw.mean_rescale(usize::from(scene.shape.height) * usize::from(scene.shape.width));
            let output = draw.quantization();
            builder.mean(Mean { input, clamp: draw.clamp(output), rescale }, output)
        })?;
    }

    /// By itself, by a map of one shape, or by one that is repeated along some of its axes.
    #[test]
    fn mul(scene in scene(40), other_zero_point: i8, along in 0..9_u8) {
        scene.check(|builder, input, draw| {
            let [height, width] = [scene.shape.height, scene.shape.width].map(|extent| u8::try_from(extent).unwrap());
            let stride = [if along & 1 == 0 { 1 } else { height }, if along & 2 == 0 { 1 } else { width }];
            let point = Window { stride, ..Window::square(1, 1, 0) };
            let channels = if along & 4 == 0 { scene.shape.channels } else { 1 };
            let quantization = Quantization { scale: 1.0, zero_point: other_zero_point };
            let filter = draw.filter(builder.filter_layout(), channels, scene.shape.channels.into());
            let mut other = || builder.conv2d(input, point, Clamp::NONE, &filter, quantization);
            let inputs = match along {
                0 => [other(), input],
                8 => [input; 2],
                _ => [input, other()],
            };
            let output = draw.quantization();
            builder.mul(Mul { inputs, clamp: draw.clamp(output), rescale: draw.mul_rescale() }, output)
        })?;
    }

    #[test]
    fn add(scene in scene(40), other_zero_point: i8, left_shift in 0_u8..=22) {
        scene.check(|builder, input, draw| {
            // The other input has other bytes: each channel flipped or scaled by its own weight.
            let channels = usize::from(scene.shape.channels);
            let filter = Filter {
                weights: (0..channels).map(|_| draw.int8()).collect(),
                bias: vec![0; channels],
                multiplier: vec![1 << 30; channels],
                shift: vec![-6; channels],
            };
            let quantization = Quantization { scale: 1.0, zero_point: other_zero_point };
            let point = Window::square(1, 1, 0);
            let other = builder.depthwise_conv2d(input, point, Clamp::NONE, &filter, quantization);
            let [a, b, output_rescale] = draw.add_rescales(left_shift);
            let output = draw.quantization();
            let clamp = draw.clamp(output);
            let inputs = if draw.within(0, 1) == 0 { [input, other] } else { [other, input] };
            builder.add(Add { inputs, left_shift, input_rescale: [a, b], output_rescale, clamp }, output)
        })?;
    }

    /// Every int8 value and zero point through an addition with the factors of `TFLite`.
    #[test]
    fn add_with_itself(scene in scene(8), multiplier in 1_i32 << 30..=i32::MAX) {
        scene.check(|builder, input, draw| {
            let half = Rescale { multiplier: 1 << 30, shift: 0 };
            let output_rescale = Rescale { multiplier, shift: -18 };
            let op = Add { inputs: [input; 2], left_shift: 20, input_rescale: [half; 2], output_rescale, clamp: Clamp::NONE };
            builder.add(op, draw.quantization())
        })?;
    }
}

/// The largest window there is, over the most negative and the most positive image.
#[test]
fn pools_of_65025_elements() {
    let shape = Shape::new(256, 255, 1);
    for pixel in [0, 1, 127, 128, 255] {
        let mut builder = ModelBuilder::new(About::named("global"), shape);
        let window = Window { kernel: [255, 255], stride: [1, 255], ..Window::square(255, 1, 0) };
        let pool = Pool2d { input: TensorId(0), window, clamp: Clamp::NONE };
        let [mean, maximum] = [builder.average_pool2d(pool), builder.max_pool2d(pool)];
        builder.tap(TapKind::FeatureMap, mean);
        builder.tap(TapKind::Embedding, maximum);
        let file = builder.finish().unwrap();
        assert_eq!(Model::parse(&file).unwrap().tensor(mean).shape, Shape::new(2, 1, 1));
        compare(&file, &vec![pixel; elements(shape)]).unwrap();
    }
}
