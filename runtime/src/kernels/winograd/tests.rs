//! The kernel equals the definition of the operator in every byte, over drawn shapes, paddings, zero points, factors and
//! places in the arena, and with nothing but extremes.

use dim_model_format::{
    About, Clamp, Conv2d, Filter, FilterLayout, Model, ModelBuilder, Node, Padding, Parameters, Quantization, Rounding,
    Shape, TapKind, TensorId, Window,
};

use super::conv2d;
use super::conv2d::quick;
use crate::kernels::portable;
use crate::operands::Operands;

/// Cases that are drawn.
const CASES: u64 = 1500;

/// `SplitMix64`.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn within(&mut self, low: i32, high: i32) -> i32 {
        low + i32::try_from(self.below(u64::from(low.abs_diff(high)) + 1)).unwrap()
    }

    /// Now and then one of the bounds.
    fn bias(&mut self, most: i32) -> i32 {
        match self.below(6) {
            0 => most,
            1 => -most,
            _ => self.within(-most, most),
        }
    }

    fn zero_point(&mut self) -> i8 {
        let any = i8::try_from(self.within(-128, 127)).unwrap();
        [-128, 127, 0, any][usize::try_from(self.below(4)).unwrap()]
    }

    fn int8s(&mut self, count: usize) -> Vec<i8> {
        // Only the lowest, only the highest, both, or any.
        let kind = self.below(6);
        let draw = |_| match kind {
            0 => i8::MIN,
            1 => i8::MAX,
            2 => [i8::MIN, i8::MAX][usize::from(self.below(2) == 0)],
            _ => i8::try_from(self.within(-128, 127)).unwrap(),
        };
        (0..count).map(draw).collect()
    }
}

/// A convolution with inputs, and where they lie.
struct Case {
    shape: Shape,
    padding: Padding,
    zero_points: [i8; 2],
    rounding: Rounding,
    clamp: Clamp,
    layout: FilterLayout,
    filter: Filter,
    values: Vec<i8>,
    /// Rows by which the output starts before the input, if it lies over it.
    lead: Option<usize>,
}

impl Case {
    fn drawn(random: &mut Random) -> Self {
        let extent = |random: &mut Random| u16::try_from(random.within(3, 20)).unwrap();
        // The colours of an image, or a number that fills words.
        let channels = if random.below(4) == 0 { 3 } else { u16::try_from(4 * random.within(1, 9)).unwrap() };
        let shape = Shape::new(extent(random), extent(random), channels);
        // An output lies over its input only if it is at least four pixels wide.
        let over = random.below(3) == 0 && shape.width >= 4 && channels != 3;
        let channels = if over { shape.channels } else { u16::try_from(2 * random.within(1, 9)).unwrap() };
        let [top, left, bottom, right] = if over {
            let [top, left] = [random.within(0, 2), random.within(0, 1)];
            [top, left, 2 - top, 2 - left]
        } else {
            [(); 4].map(|()| random.within(0, 2))
        };
        let [top, left, bottom, right] = [top, left, bottom, right].map(|side| u8::try_from(side).unwrap());
        let lead = over.then(|| usize::from(top) + 1 + usize::from(random.below(3) == 0));
        let fan_in = 9 * usize::from(shape.channels);
        let [a, b] = [random.within(-128, 127), random.within(-128, 127)].map(|q| i8::try_from(q).unwrap());
        let clamp = if random.below(3) == 0 { Clamp { min: a.min(b), max: a.max(b) } } else { Clamp::NONE };
        let room = (1 << 25) - 1 - i32::try_from(fan_in * 255 * 128).unwrap();
        let most_bias = if random.below(4) == 0 { room } else { 20_000 };
        let mut filter = Filter {
            weights: random.int8s(usize::from(channels) * fan_in),
            bias: (0..channels).map(|_| random.bias(most_bias)).collect(),
            multiplier: (0..channels).map(|_| random.within(1 << 30, i32::MAX)).collect(),
            shift: (0..channels).map(|_| i8::try_from(random.within(-18, -7)).unwrap()).collect(),
        };
        let zero_points = [(); 2].map(|()| random.zero_point());
        let rounding = if random.below(8) == 0 { Rounding::Single } else { Rounding::Double };
        let values = random.int8s(usize::try_from(shape.elements()).unwrap());
        let layout = [FilterLayout::Paired, FilterLayout::Int4][usize::from(random.below(2) == 0)];
        if layout == FilterLayout::Int4 {
            filter.weights.iter_mut().for_each(|weight| *weight &= -16);
        }
        let padding = Padding { top, left, bottom, right };
        Self { shape, padding, zero_points, rounding, clamp, layout, filter, values, lead }
    }

    /// Computes the outputs from a file of one operator, over the inputs or behind them.
    fn run(
        &self,
        layout: FilterLayout,
        kernel: impl FnOnce(&Conv2d, &Parameters<'_>, &mut Operands<'_>) -> Option<()>,
    ) -> Option<Vec<i8>> {
        let mut builder = ModelBuilder::new(About::named("one operator"), self.shape);
        let [input, output] = self.zero_points.map(|zero_point| Quantization { scale: 1.0, zero_point });
        builder.set_filter_layout(layout);
        builder.set_rounding(self.rounding);
        builder.set_input_quantization(input);
        let window = Window { kernel: [3, 3], stride: [1, 1], padding: self.padding };
        let output = builder.conv2d(builder.input(), window, self.clamp, &self.filter, output);
        builder.tap(TapKind::Embedding, output);
        let file = builder.finish().unwrap();
        let model = Model::parse(&file).unwrap();
        let (node, mut output) = model.layers().next().unwrap();
        let mut input = model.tensor(TensorId(0));
        let row = usize::from(self.shape.width) * usize::from(self.shape.channels);
        [input.arena_offset, output.arena_offset] = match self.lead {
            Some(lead) => [lead * row, 0],
            None => [0, self.values.len()],
        }
        .map(|offset| u32::try_from(offset).unwrap());
        let mut arena = vec![0x5a; input.arena_range().end.max(output.arena_range().end)];
        arena[input.arena_range()].copy_from_slice(&self.values);
        let operands = &mut Operands::new(&mut arena, input, output, self.rounding);
        let (Node::Conv2d(op) | Node::PairedConv2d(op) | Node::Int4Conv2d(op)) = node else { panic!("{node:?}") };
        kernel(&op, &model.parameters(&node, output.shape).unwrap(), operands)?;
        Some(arena[output.arena_range()].to_vec())
    }

    fn name(&self) -> String {
        let Self { shape, padding, zero_points, layout, lead, .. } = self;
        format!("{shape:?} to {}, {layout:?}, {padding:?}, {zero_points:?}, {lead:?}", self.filter.bias.len())
    }

    /// By the definition of the operator.
    fn expected(&self) -> Vec<i8> {
        self.run(FilterLayout::Plain, portable::conv2d).unwrap()
    }
}

/// For outputs of any width.
fn scratch_words(layout: FilterLayout, in_channels: u16) -> usize {
    let channels = usize::from(in_channels.next_multiple_of(4));
    let unpacked = if layout == FilterLayout::Int4 { 18 * channels } else { 0 };
    (366 * channels + 576 + unpacked.max(576)).div_ceil(4)
}

/// With memory for the weights of all output channels.
fn most_scratch_words(layout: FilterLayout, in_channels: u16, channels: usize) -> usize {
    scratch_words(layout, in_channels) + 18 * usize::from(in_channels.next_multiple_of(4)) * channels
}

#[test]
fn it_equals_the_definition() {
    let [mut quick_ones, mut over, mut int4, mut single, mut colours] = [0; 5];
    for seed in 0..CASES {
        let case = Case::drawn(&mut Random(seed));
        let expected = case.expected();
        let least = scratch_words(case.layout, case.shape.channels);
        let most = most_scratch_words(case.layout, case.shape.channels, case.filter.bias.len());
        // Memory that is full of something.
        let mut scratch = vec![0xdead_beef; most];
        let [kept, anew] = [most, least].map(|words| {
            case.run(case.layout, |op, parameters, operands| {
                quick(op, case.layout, parameters, operands, &mut scratch[..words])
            })
        });
        if let Some(found) = &kept {
            assert!(*found == expected, "seed {seed}: {}", case.name());
            assert_eq!(case.rounding, Rounding::Double);
            quick_ones += 1;
            over += u64::from(case.lead.is_some());
            int4 += u64::from(case.layout == FilterLayout::Int4);
            colours += u64::from(case.shape.channels == 3);
        }
        assert!(anew == kept, "seed {seed}, weights made anew: {}", case.name());
        // Whatever it takes, and with a word too little for most.
        for words in [0, 1] {
            let mut scratch = vec![0x0bad_cafe; least - words];
            let found = case.run(case.layout, |op, parameters, operands| {
                conv2d(op, case.layout, parameters, operands, &mut scratch)
            });
            assert!(found.as_ref() == Some(&expected), "seed {seed}: {}", case.name());
        }
        single += u64::from(case.rounding == Rounding::Single);
    }
    let many = quick_ones > CASES / 4 && over > CASES / 20 && single > 0 && colours > CASES / 20;
    assert!(many, "{quick_ones}, {over}, {single}, {colours}");
    assert!(int4 > quick_ones / 4 && quick_ones - int4 > quick_ones / 4, "{int4} of {quick_ones}");
}

/// Every input, weight and bias the largest that the bound allows, of either sign: sums that only come out right because
/// they are computed modulo `2^32`.
#[test]
fn the_bound_is_reached() {
    for sign in [i8::MIN, 127] {
        for (zero_point, value) in [(127, i8::MIN), (-128, 127)] {
            let fan_in = 9 * 112;
            let largest = (1 << 25) - 1 - fan_in * 255 * 128;
            let product = i32::from(sign) * (i32::from(value) - i32::from(zero_point));
            let mut case = Case {
                shape: Shape::new(16, 16, 112),
                padding: Padding::all(1),
                zero_points: [zero_point, 3],
                rounding: Rounding::Double,
                clamp: Clamp::NONE,
                layout: FilterLayout::Paired,
                filter: Filter {
                    weights: vec![sign; 2 * usize::try_from(fan_in).unwrap()],
                    bias: vec![largest * product.signum(); 2],
                    multiplier: vec![i32::MAX, 1 << 30],
                    shift: vec![-18, -17],
                },
                values: vec![value; 16 * 16 * 112],
                lead: None,
            };
            let run = |case: &Case| {
                let mut scratch = vec![0; scratch_words(case.layout, 112)];
                case.run(FilterLayout::Paired, |op, parameters, operands| {
                    quick(op, FilterLayout::Paired, parameters, operands, &mut scratch)
                })
            };
            assert_eq!(run(&case), Some(case.expected()));
            case.filter.bias[1] += product.signum();
            assert_eq!(run(&case), None, "beyond the bound");
        }
    }
}
