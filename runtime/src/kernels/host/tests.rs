//! Every kernel of every instruction set that this processor has, called directly, equals the portable one over
//! thousands of shapes and factors; a kernel that left such a case to another one would fail here.

use std::vec::Vec;
use std::{assert_eq, vec};

use dim_model_format::{
    About, Clamp, Conv2d, Filter, FilterLayout, FullyConnected, Model, ModelBuilder, Node, Padding, Parameters,
    Quantization, Rescale, Rounding, Shape, TapKind, Tensor, TensorId, Window,
};

use super::*;

/// Cases of each operator: 3000, or as many as `DIM_CASES` says, for a run that is a hundred times slower.
fn cases() -> u64 {
    std::env::var("DIM_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(3000)
}

/// Most multiplications of a case, so that a kernel in an emulator does not take minutes.
const MOST_MACS: usize = 200_000;

/// `SplitMix64`.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn within(&mut self, low: i32, high: i32) -> i32 {
        let range = u64::from((high - low).unsigned_abs()) + 1;
        low + i32::try_from(self.bits() % range).unwrap_or(0)
    }

    fn extent(&mut self, most: u8) -> u8 {
        self.within(1, most.into()).try_into().unwrap_or(1)
    }

    /// One in eight is an extreme one.
    fn int8(&mut self) -> i8 {
        let [extreme, byte, ..] = self.bits().to_le_bytes();
        match extreme & 15 {
            0 => i8::MIN,
            1 => i8::MAX,
            _ => byte.cast_signed(),
        }
    }

    fn int8s(&mut self, count: usize) -> Vec<i8> {
        // Some tensors have nothing but the extremes, with which sums are the largest.
        let extreme = self.bits() & 15 == 0;
        (0..count)
            .map(|_| if extreme { [i8::MIN, i8::MAX][usize::from(self.bits() & 1 == 0)] } else { self.int8() })
            .collect()
    }

    fn clamp(&mut self) -> Clamp {
        let [a, b] = [self.int8(), self.int8()];
        if self.bits() & 3 == 0 { Clamp { min: a.min(b), max: a.max(b) } } else { Clamp::NONE }
    }

    fn multiplier(&mut self) -> i32 {
        match self.within(0, 7) {
            0 => 0,
            1 => 1 << 30,
            2 => i32::MAX,
            _ => self.within(1 << 30, i32::MAX),
        }
    }

    /// Factors for which a [`Stages`] exists, of any size that it allows.
    fn filter(&mut self, channels: u16, fan_in: usize) -> Filter {
        let mut filter = Filter { weights: self.int8s(usize::from(channels) * fan_in), ..Filter::default() };
        let middle = -8 - i32::try_from(fan_in.ilog2() / 2).unwrap_or(0);
        for _ in 0..channels {
            filter.bias.push(self.within(-100_000, 100_000));
            filter.multiplier.push(self.multiplier());
            let shift = if self.bits() & 7 == 0 { self.within(-22, -1) } else { self.within(middle - 2, middle + 2) };
            filter.shift.push(shift.clamp(-22, -1).try_into().unwrap_or(-1));
        }
        filter
    }

    /// Those that can hold the filter, to which it loses its lower bits now and then.
    fn layouts(&mut self, filter: &mut Filter) -> &'static [FilterLayout] {
        if self.bits() & 3 != 0 {
            return &LAYOUTS[..2];
        }
        filter.weights.iter_mut().for_each(|weight| *weight &= -16);
        &LAYOUTS
    }

    fn window(&mut self, height: u16, width: u16, kernel: [u8; 2]) -> Option<Window> {
        let [mut top, mut left, mut bottom, mut right] = [0; 4];
        if self.bits() & 1 == 0 {
            let mut less = |kernel: u8| self.within(0, i32::from(kernel) - 1).try_into().unwrap_or(0);
            [top, left, bottom, right] = [less(kernel[0]), less(kernel[1]), less(kernel[0]), less(kernel[1])];
        }
        let stride = [self.extent(3), self.extent(3)];
        let window = Window { kernel, stride, padding: Padding { top, left, bottom, right } };
        window.output(height, width).map(|_| window)
    }
}

/// A file of one operator, and the operator.
fn file_of(
    shape: Shape,
    layout: FilterLayout,
    operator: impl FnOnce(&mut ModelBuilder<'_>, TensorId, Quantization) -> TensorId,
) -> Vec<u8> {
    let mut builder = ModelBuilder::new(About::named("one operator"), shape);
    builder.set_filter_layout(layout);
    let input = builder.input();
    let output = operator(&mut builder, input, Quantization { scale: 1.0, zero_point: 0 });
    builder.tap(TapKind::Embedding, output);
    builder.finish().unwrap_or_else(|error| panic!("a legal operator: {error}"))
}

/// Two inputs and an output side by side in an arena, with these zero points.
fn tensors(shapes: [Shape; 3], zero_points: [i8; 3]) -> ([Tensor; 3], usize) {
    let mut arena_offset = 0;
    let tensors = [0, 1, 2].map(|i| {
        let quantization = Quantization { scale: 1.0, zero_point: zero_points[i] };
        let tensor = Tensor { shape: shapes[i], quantization, arena_offset };
        arena_offset += u32::try_from(shapes[i].elements()).unwrap_or(0);
        tensor
    });
    (tensors, usize::try_from(arena_offset).unwrap_or(0))
}

/// Runs the first operator of a file on values by `kernel`, into an output that is full of something else.
fn run(
    file: &[u8],
    values: &[i8],
    [of_input, of_output]: [i8; 2],
    kernel: impl FnOnce(&Node, &Parameters<'_>, &mut Operands<'_>) -> Option<()>,
) -> Option<Vec<i8>> {
    let model = Model::parse(file).ok()?;
    let (node, output) = model.layers().next()?;
    let nothing = Shape::new(0, 0, 0);
    let shapes = [model.input_shape(), nothing, output.shape];
    let ([input, _, output], bytes) = tensors(shapes, [of_input, 0, of_output]);
    let mut arena = vec![0x5a; bytes];
    arena.get_mut(input.arena_range())?.copy_from_slice(values);
    let operands = &mut Operands::new(&mut arena, input, output, Rounding::Double);
    kernel(&node, &model.parameters(&node, output.shape)?, operands)?;
    Some(arena.get(output.arena_range())?.to_vec())
}

/// All but the portable one.
fn sets() -> impl Iterator<Item = InstructionSet> {
    InstructionSet::available().skip(1)
}

const LAYOUTS: [FilterLayout; 3] = [FilterLayout::Plain, FilterLayout::Paired, FilterLayout::Int4];

fn convolution_of(node: &Node) -> Conv2d {
    match node {
        Node::Conv2d(op) | Node::PairedConv2d(op) | Node::Int4Conv2d(op) | Node::DepthwiseConv2d(op) => *op,
        other => panic!("{other:?}"),
    }
}

fn compare_conv2d(shape: Shape, channels: u16, window: Window, seed: u64, random: &mut Random) {
    let fan_in = usize::from(window.kernel[0]) * usize::from(window.kernel[1]) * usize::from(shape.channels);
    let (mut filter, clamp) = (random.filter(channels, fan_in), random.clamp());
    let layouts = random.layouts(&mut filter);
    let values = random.int8s(usize::try_from(shape.elements()).unwrap_or(0));
    let zero_points = [random.int8(), random.int8()];
    let files = layouts.iter().map(|layout| {
        file_of(shape, *layout, |builder, input, output| builder.conv2d(input, window, clamp, &filter, output))
    });
    let files: Vec<_> = files.collect();
    let expected = run(&files[0], &values, zero_points, |node, parameters, operands| {
        portable::conv2d(&convolution_of(node), parameters, operands)
    });
    assert!(expected.is_some());
    for set in sets() {
        for (file, layout) in files.iter().zip(layouts) {
            let found = run(file, &values, zero_points, |node, parameters, operands| {
                let op = convolution_of(node);
                with_instructions!(set, set => convolution::conv2d(set, &op, *layout, parameters, operands))
            });
            assert_eq!(found, expected, "{set:?} {layout:?}, seed {seed}: {shape:?} to {channels}, {window:?}");
        }
    }
}

/// A run that is there for some instructions says which, so that it cannot pass without them.
#[test]
fn instructions_are_those_that_are_expected() {
    let names: Vec<_> = InstructionSet::available().map(InstructionSet::name).collect();
    assert_eq!(names.first(), Some(&"portable"));
    assert_eq!(names.last(), Some(&InstructionSet::best().name()));
    if let Ok(expected) = std::env::var("DIM_INSTRUCTIONS") {
        assert_eq!(names.join(" "), expected);
    }
}

#[test]
fn conv2d() {
    let mut compared = 0;
    for seed in 0..cases() {
        let mut random = Random(seed);
        let most = if random.bits() & 3 == 0 { 70 } else { 16 };
        let shape = Shape::new(random.extent(14).into(), random.extent(14).into(), random.extent(most).into());
        let channels = u16::from(random.extent(80));
        let kernel = if random.bits() & 3 == 0 { [1, 1] } else { [random.extent(5), random.extent(5)] };
        let Some(window) = random.window(shape.height, shape.width, kernel) else { continue };
        let outputs = window.output(shape.height, shape.width).unwrap_or([0; 2]).map(usize::from);
        let fan_in = usize::from(kernel[0]) * usize::from(kernel[1]) * usize::from(shape.channels);
        if outputs[0] * outputs[1] * usize::from(channels) * fan_in <= MOST_MACS {
            compare_conv2d(shape, channels, window, seed, &mut random);
            compared += 1;
        }
    }
    assert!(compared > cases() / 4, "{compared}");
}

/// More rows than the workspace holds at once, with and without a row of windows left for the last band.
#[test]
fn conv2d_by_bands() {
    for (seed, (height, stride)) in (0..).zip([(90, 1), (91, 2), (97, 3)]) {
        let window = Window::square(3, stride, 1);
        compare_conv2d(Shape::new(height, 50, 20), 5, window, seed, &mut Random(seed));
    }
}

/// As many inputs as a packed filter can have.
#[test]
fn conv2d_of_2048_inputs() {
    compare_conv2d(Shape::new(2, 2, 512), 20, Window::square(2, 1, 1), 0, &mut Random(0));
}

#[test]
fn depthwise_conv2d() {
    for seed in 0..cases() {
        let mut random = Random(seed);
        let shape = Shape::new(random.extent(12).into(), random.extent(12).into(), random.extent(40).into());
        let kernel = if random.bits() & 1 == 0 { [3, 3] } else { [random.extent(7), random.extent(7)] };
        let Some(window) = random.window(shape.height, shape.width, kernel) else { continue };
        let filter = random.filter(shape.channels, usize::from(kernel[0]) * usize::from(kernel[1]));
        let clamp = random.clamp();
        let values = random.int8s(usize::try_from(shape.elements()).unwrap_or(0));
        let zero_points = [random.int8(), random.int8()];
        let file = file_of(shape, FilterLayout::Plain, |builder, input, output| {
            builder.depthwise_conv2d(input, window, clamp, &filter, output)
        });
        let expected = run(&file, &values, zero_points, |node, parameters, operands| {
            portable::depthwise_conv2d(&convolution_of(node), parameters, operands)
        });
        assert!(expected.is_some());
        for set in sets() {
            let found = run(&file, &values, zero_points, |node, parameters, operands| {
                let op = convolution_of(node);
                with_instructions!(set, set => depthwise::depthwise_conv2d(set, &op, parameters, operands))
            });
            assert_eq!(found, expected, "{set:?}, seed {seed}: {shape:?}, {window:?}");
        }
    }
}

#[test]
fn fully_connected() {
    let op_of = |node: &Node| -> FullyConnected {
        match node {
            Node::FullyConnected(op) | Node::PairedFullyConnected(op) | Node::Int4FullyConnected(op) => *op,
            other => panic!("{other:?}"),
        }
    };
    for seed in 0..cases() {
        let mut random = Random(seed);
        let shape = Shape::new(1, random.extent(4).into(), random.extent(90).into());
        let units = u16::from(random.extent(20));
        let mut filter = random.filter(units, usize::try_from(shape.elements()).unwrap_or(0));
        // This one takes factors of any size.
        filter.shift.fill(random.within(-31, 30).try_into().unwrap_or(0));
        let clamp = random.clamp();
        let values = random.int8s(usize::try_from(shape.elements()).unwrap_or(0));
        let zero_points = [random.int8(), random.int8()];
        let layouts = random.layouts(&mut filter);
        let files = layouts.iter().map(|layout| {
            file_of(shape, *layout, |builder, input, output| builder.fully_connected(input, clamp, &filter, output))
        });
        let files: Vec<_> = files.collect();
        let expected = run(&files[0], &values, zero_points, |node, parameters, operands| {
            portable::fully_connected(&op_of(node), parameters, operands)
        });
        assert!(expected.is_some());
        for set in sets() {
            for (file, layout) in files.iter().zip(layouts).skip(1) {
                let found = run(file, &values, zero_points, |node, parameters, operands| {
                    let op = op_of(node);
                    let mut scratch = vec![0x5a5a_5a5a; 1024];
                    with_instructions!(set, set => fully_connected::fully_connected(
                        set, &op, *layout, parameters, operands, &mut scratch
                    ))
                });
                assert_eq!(found, expected, "{set:?} {layout:?}, seed {seed}: {shape:?} to {units}");
            }
        }
    }
}

/// Every pair of an int8 number with its neighbours, with every shift that the kernels take.
#[test]
fn add() {
    for seed in 0..cases() {
        let mut random = Random(seed);
        let left_shift: u8 = random.within(9, 22).try_into().unwrap_or(9);
        let shift = |random: &mut Random, low, high| random.within(low, high).try_into().unwrap_or(-1);
        let input = |random: &mut Random| Rescale {
            multiplier: if random.bits() & 3 == 0 { 1 << 30 } else { random.multiplier() },
            shift: if random.bits() & 7 == 0 { shift(random, -22, 0) } else { shift(random, -2, 0) },
        };
        let input_rescale = [input(&mut random), input(&mut random)];
        let fitting = -i32::from(left_shift);
        let output_rescale = Rescale {
            multiplier: random.multiplier(),
            shift: shift(&mut random, (fitting - 1).max(-22), (fitting + 3).min(-1)),
        };
        let op = Add { inputs: [TensorId(0); 2], left_shift, input_rescale, output_rescale, clamp: random.clamp() };
        let channels = random.extent(100);
        let [a, b] = [(); 2].map(|()| random.int8s(3 * usize::from(channels)));
        let shape = Shape::new(1, 3, channels.into());
        let zero_points = [random.int8(), random.int8(), random.int8()];
        let ([first, second, output], bytes) = tensors([shape; 3], zero_points);
        let add = |kernel: &dyn Fn(&mut Operands<'_>) -> Option<()>| {
            let mut arena = [a.as_slice(), &b, &vec![0x5a; a.len()]].concat();
            assert_eq!(arena.len(), bytes);
            let done = kernel(&mut Operands::new(&mut arena, first, output, Rounding::Double));
            (done, arena.split_off(2 * a.len()))
        };
        let (_, expected) = add(&|operands| portable::add(&op, operands, &second));
        for set in sets() {
            let (done, found) = add(&|operands| with_instructions!(set, set => add::add(set, &op, operands, &second)));
            // The largest sums have no stage.
            if done.is_some() || left_shift < 21 {
                assert_eq!((done, &found), (Some(()), &expected), "{set:?}, seed {seed}: {op:?}");
            }
        }
    }
}
