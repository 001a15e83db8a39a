//! Random graphs: every operator, every legal padding, factors over the whole range.

use dim_model_format::{
    About, Add, Clamp, Filter, FilterLayout, Model, ModelBuilder, Mul, Padding, Pool2d, Quantization, Shape, TapKind,
    TensorId, Window,
};
use dim_trainer::quantize::quantize_multiplier;

use crate::interpreter::{Compared, Interpreter, write};

const GRAPHS: usize = 400;
const IMAGES: usize = 4;

/// Numbers that look random and are the same every time.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    /// A number in `0..end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % end
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    /// A number in `low..high` with all bits of a float.
    pub(crate) fn real(&mut self, low: f64, high: f64) -> f32 {
        (low + (high - low) * self.below(1 << 40) as f64 / (1_u64 << 40) as f64) as f32
    }

    /// A zero point anywhere, and a scale near the input's.
    pub(crate) fn quantization(&mut self) -> Quantization {
        Quantization { scale: self.real(0.002, 0.05), zero_point: self.below(256) as u8 as i8 }
    }

    /// One of the activations that `TFLite` can fuse.
    fn clamp(&mut self, output: Quantization) -> Clamp {
        let six = f64::from(output.zero_point) + f64::from((6.0 / output.scale).round());
        match self.below(3) {
            0 => Clamp::NONE,
            1 => Clamp { min: output.zero_point, max: i8::MAX },
            _ => Clamp { min: output.zero_point, max: six.min(127.0) as i8 },
        }
    }

    /// Weights and biases whose factors come from 32-bit weight scales, as `quantize` makes them.
    fn filter(
        &mut self,
        layout: FilterLayout,
        [channels, fan_in]: [usize; 2],
        input: Quantization,
        output: Quantization,
    ) -> Filter {
        let bits = if layout == FilterLayout::Int4 { 0xf0 } else { 0xff };
        let weights = (0..channels * fan_in).map(|_| (self.below(256) as u8 & bits) as i8).collect();
        let mut filter = Filter { weights, ..Filter::default() };
        // Sums are around 74 * 74 * sqrt(fan_in); they should span int8.
        let typical = f64::from(output.scale) / (f64::from(input.scale) * 60.0 * (fan_in as f64).sqrt());
        for _ in 0..channels {
            let scale = match self.below(12) {
                0 => 0.0,
                1 => typical as f32 * self.real(20.0, 400.0),
                2 => typical as f32 * self.real(1e-6, 1e-4),
                _ => typical as f32 * self.real(0.3, 2.0),
            };
            let rescale = quantize_multiplier(f64::from(input.scale) * f64::from(scale) / f64::from(output.scale));
            filter.bias.push(self.below(20_001) as i32 - 10_000);
            filter.multiplier.push(rescale.multiplier);
            filter.shift.push(rescale.shift);
        }
        filter
    }

    /// A window that fits, with each side padded on its own, half of them as `TFLite`'s `SAME` and `VALID`.
    fn window(&mut self, shape: Shape) -> Window {
        let mut axis = |extent: u16| {
            let kernel = 1 + self.below(u64::from(extent.min(5))) as u8;
            let stride = 1 + self.below(3) as u8;
            let same =
                ((extent.div_ceil(stride.into()) - 1) * u16::from(stride) + u16::from(kernel)).saturating_sub(extent);
            let sides = match self.below(4) {
                0 => [0, 0],
                1 => [same / 2, same.div_ceil(2)],
                _ => [self.below(kernel.into()) as u16, self.below(kernel.into()) as u16],
            };
            (kernel, stride, sides.map(|side| side as u8))
        };
        let [rows, columns] = [axis(shape.height), axis(shape.width)];
        let padding = Padding { top: rows.2[0], bottom: rows.2[1], left: columns.2[0], right: columns.2[1] };
        Window { kernel: [rows.0, columns.0], stride: [rows.1, columns.1], padding }
    }

    /// Any image, or one of the extremes.
    pub(crate) fn pixels(&mut self, shape: Shape) -> Vec<u8> {
        let len = usize::try_from(shape.elements()).unwrap();
        match self.below(8) {
            0 => vec![0; len],
            1 => vec![255; len],
            2 => (0..len).map(|_| if self.one_in(2) { 0 } else { 255 }).collect(),
            _ => (0..len).map(|_| self.below(256) as u8).collect(),
        }
    }
}

type Made = (TensorId, Quantization);

/// A chain of operators on an image of any quantization, with additions of any two tensors of one shape, and up to four
/// taps.
pub(crate) fn graph(draw: &mut Draw) -> (Shape, Vec<u8>) {
    let shape = Shape::new(1 + draw.below(12) as u16, 1 + draw.below(12) as u16, 1 + draw.below(5) as u16);
    let mut builder = ModelBuilder::new(About::named("random graph"), shape);
    builder.set_filter_layout([FilterLayout::Plain, FilterLayout::Paired, FilterLayout::Int4][draw.below(3) as usize]);
    let image = if draw.one_in(2) { Quantization::CENTERED_U8 } else { draw.quantization() };
    builder.set_input_quantization(image);
    let mut made = vec![(TensorId(0), image)];
    for _ in 0..1 + draw.below(8) {
        let next = append(&mut builder, &made, draw);
        made.push(next);
    }
    builder.tap(TapKind::Embedding, made[made.len() - 1].0);
    for kind in [TapKind::FeatureMap, TapKind::Conv, TapKind::Fc] {
        if draw.one_in(2) {
            // Any tensor, the image too, and some of them twice.
            builder.tap(kind, made[draw.below(made.len() as u64) as usize].0);
        }
    }
    (shape, builder.finish().unwrap())
}

fn append(builder: &mut ModelBuilder<'_>, made: &[Made], draw: &mut Draw) -> Made {
    let (input, quantization) = made[made.len() - 1];
    let shape = builder.shape(input);
    let window = draw.window(shape);
    let area = window.kernel.map(usize::from).iter().product::<usize>();
    let output = draw.quantization();
    let clamp = draw.clamp(output);
    match draw.below(11) {
        0..=2 => {
            let channels = 1 + draw.below(7) as u16;
            let filter = draw.filter(
                builder.filter_layout(),
                [channels.into(), area * usize::from(shape.channels)],
                quantization,
                output,
            );
            (builder.conv2d(input, window, clamp, &filter, output), output)
        }
        3 | 4 => {
            let multiplier = if shape.channels > 8 { 1 } else { 1 + draw.below(3) as u16 };
            let filter =
                draw.filter(FilterLayout::Plain, [(shape.channels * multiplier).into(), area], quantization, output);
            (builder.depthwise_conv2d(input, window, clamp, &filter, output), output)
        }
        5 => {
            let units = 1 + draw.below(9) as u16;
            let fan_in = usize::try_from(shape.elements()).unwrap();
            let filter = draw.filter(builder.filter_layout(), [units.into(), fan_in], quantization, output);
            (builder.fully_connected(input, clamp, &filter, output), output)
        }
        6 => {
            // Means over other padding than TFLite's are refused, which another test checks.
            let window = Window { padding: Padding::default(), ..window };
            let pool = Pool2d { input, window, clamp: draw.clamp(quantization) };
            (builder.average_pool2d(pool), quantization)
        }
        7 => {
            let pool = Pool2d { input, window, clamp: draw.clamp(quantization) };
            (builder.max_pool2d(pool), quantization)
        }
        8 => {
            let repeating: Vec<&Made> = made.iter().filter(|(id, _)| builder.shape(*id).repeats_to(shape)).collect();
            let (other, other_quantization) = *repeating[draw.below(repeating.len() as u64) as usize];
            let product = quantization.scale * other_quantization.scale;
            let output = Quantization { scale: product * [20.0, 70.0, 300.0][draw.below(3) as usize], ..output };
            let factor = f64::from(quantization.scale) * f64::from(other_quantization.scale) / f64::from(output.scale);
            let (clamp, rescale) = (draw.clamp(output), quantize_multiplier(factor));
            (builder.mul(Mul { inputs: [input, other], clamp, rescale }, output), output)
        }
        _ => {
            let alike: Vec<&Made> = made.iter().filter(|(id, _)| builder.shape(*id) == shape).collect();
            let (other, other_quantization) = *alike[draw.below(alike.len() as u64) as usize];
            let scales = [other_quantization, quantization].map(|quantization| f64::from(quantization.scale));
            let twice_max = 2.0 * scales[0].max(scales[1]);
            let op = Add {
                inputs: [other, input],
                left_shift: 20,
                input_rescale: scales.map(|scale| quantize_multiplier(scale / twice_max)),
                output_rescale: quantize_multiplier(twice_max / (f64::from(1 << 20) * f64::from(output.scale))),
                clamp,
            };
            (builder.add(op, output), output)
        }
    }
}

#[test]
fn random_graphs_give_the_same_bytes() {
    let Some(interpreter) = Interpreter::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut draw = Draw::new(0);
    let mut seen = std::collections::BTreeMap::new();
    let mut varied = 0;
    let mut models = Vec::new();
    for index in 0..GRAPHS {
        let (shape, file) = graph(&mut draw);
        let model = Model::parse(&file).unwrap();
        for node in model.nodes() {
            let layout = match node.layout() {
                Some(FilterLayout::Paired) => "paired ",
                Some(FilterLayout::Int4) => "int4 ",
                _ => "",
            };
            *seen.entry(format!("{layout}{}", node.name())).or_insert(0) += 1;
        }
        let images: Vec<_> = (0..IMAGES).map(|_| draw.pixels(shape)).collect();
        models.push(write(folder.path(), &format!("{index}"), &file, images.iter().map(Vec::as_slice)));
        let embeddings: Vec<_> = images.iter().map(|image| dim_conformance::oracle::run(&model, image).pop()).collect();
        varied += usize::from(embeddings.iter().any(|embedding| *embedding != embeddings[0]));
    }
    let Compared { models, images, bytes } = interpreter.compare(&models);
    assert_eq!((models, images), (GRAPHS, GRAPHS * IMAGES));
    println!("{bytes} bytes equal; operators {seen:?}; {varied} of {GRAPHS} graphs tell their images apart");
    assert_eq!(seen.len(), 11, "an operator is missing: {seen:?}");
    assert!(varied > GRAPHS / 2, "{varied}");
}

/// The comparison itself can fail.
#[test]
fn a_changed_byte_is_found() {
    let Some(interpreter) = Interpreter::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut draw = Draw::new(5);
    let (shape, file) = graph(&mut draw);
    let image = draw.pixels(shape);
    let path = write(folder.path(), "changed", &file, std::iter::once(image.as_slice()));
    let cases = path.with_extension("cases");
    let mut bytes = std::fs::read(&cases).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&cases, bytes).unwrap();
    let output = interpreter.run(&[path]);
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["differ"], 1);
}
