//! A committed file with every operator, against literal values and a reader written from `docs/FORMAT.md`.
//!
//! The file never changes. A change of the format adds another one beside it.

use dim_model_format::{
    About, Add, Channel, Clamp, Conv2d, Filter, FullyConnected, Input, Model, ModelBuilder, Node, Padding, Pool2d,
    Preprocessing, Quantization, Rescale, Rounding, Shape, Tap, TapKind, Tensor, TensorId, Window,
};

use crate::draft::crc32;

pub(crate) const FILE: &[u8] = include_bytes!("../golden/every-operator-1.0.dim");

const ABOUT: About<'_> = About {
    name: "every operator",
    producer: "golden.rs",
    objective: "dim-local-jsd",
    dataset: "drawn by hand, \u{fc}",
    epochs: 300,
    seed: u64::MAX,
};
const PIXELS: Quantization = Quantization { scale: 1.0 / 128.0, zero_point: 0 };
const RELU: Quantization = Quantization { scale: 0.5, zero_point: -128 };
const SUM: Quantization = Quantization { scale: 0.1, zero_point: 7 };
const Y: Quantization = Quantization { scale: 3.0, zero_point: -1 };
const WIDE: Window =
    Window { kernel: [3, 2], stride: [1, 2], padding: Padding { top: 2, left: 1, bottom: 0, right: 1 } };

fn add() -> Add {
    Add {
        inputs: [TensorId(1), TensorId(2)],
        left_shift: 20,
        input_rescale: [Rescale { multiplier: 1 << 30, shift: 0 }, Rescale { multiplier: 1_717_986_918, shift: -2 }],
        output_rescale: Rescale { multiplier: i32::MAX, shift: -31 },
        clamp: Clamp::NONE,
    }
}

fn largest() -> Pool2d {
    Pool2d { input: TensorId(3), window: Window::square(2, 1, 0), clamp: Clamp { min: -100, max: 100 } }
}

fn mean() -> Pool2d {
    Pool2d { input: TensorId(4), window: Window::square(2, 2, 1), clamp: Clamp::NONE }
}

fn filters() -> [Filter; 3] {
    [
        Filter {
            weights: vec![-128, -1, 0, 1, 2, 127, 5, -5, 6, -6, 7, -7],
            bias: vec![-2, 70_000],
            multiplier: vec![1 << 30, i32::MAX],
            shift: vec![-31, 30],
        },
        Filter { weights: vec![1, -2], bias: vec![0, -1], multiplier: vec![0, 0x5566_7788], shift: vec![0, -7] },
        Filter {
            weights: (-6..6).collect(),
            bias: vec![1, -1, 1000],
            multiplier: vec![0x4000_0001, 0x7fff_fffe, 0x6000_0000],
            shift: vec![-10, -11, 3],
        },
    ]
}

fn write() -> Vec<u8> {
    let mut builder = ModelBuilder::new(ABOUT, Shape::new(3, 3, 1));
    let [conv2d, depthwise_conv2d, fully_connected] = filters();
    let relu = Clamp { min: -128, max: 127 };
    let input = builder.input();
    let x = builder.conv2d(input, WIDE, relu, &conv2d, RELU);
    let x = builder.depthwise_conv2d(x, Window::square(1, 1, 0), Clamp { min: -3, max: 64 }, &depthwise_conv2d, Y);
    assert_eq!(x, TensorId(2));
    builder.add(add(), SUM);
    builder.max_pool2d(largest());
    let features = builder.average_pool2d(mean());
    let y = builder.fully_connected(features, Clamp::NONE, &fully_connected, Y);
    builder.tap(TapKind::FeatureMap, TensorId(3));
    builder.tap(TapKind::Conv, features);
    builder.tap(TapKind::Fc, y);
    builder.tap(TapKind::Embedding, y);
    builder.finish().unwrap()
}

#[test]
fn the_writer_gives_these_bytes() {
    assert_eq!(write(), FILE);
}

/// Reads the encodings of `docs/FORMAT.md`; shares nothing with postcard.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, bytes: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(bytes);
        self.0 = rest;
        taken
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        self.take(N).try_into().unwrap()
    }

    fn i8(&mut self) -> i8 {
        i8::from_le_bytes(self.bytes())
    }

    fn i32(&mut self) -> i32 {
        i32::from_le_bytes(self.bytes())
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.bytes())
    }

    fn varint(&mut self) -> u64 {
        let [byte] = self.bytes();
        let low = u64::from(byte & 0x7f);
        if byte < 0x80 { low } else { low + (self.varint() << 7) }
    }

    fn zigzag(&mut self) -> i64 {
        let folded = self.varint().cast_signed();
        if folded % 2 == 0 { folded / 2 } else { -(folded + 1) / 2 }
    }

    fn list(&mut self) -> &'a [u8] {
        let length = self.varint().try_into().unwrap();
        self.take(length)
    }

    fn text(&mut self) -> &'a str {
        std::str::from_utf8(self.list()).unwrap()
    }

    fn shape(&mut self) -> [u64; 3] {
        [self.varint(), self.varint(), self.varint()]
    }

    /// Shape, bits of the scale, zero point, offset in the arena.
    fn tensor(&mut self) -> ([u64; 3], u32, i8, u64) {
        (self.shape(), self.u32(), self.i8(), self.varint())
    }

    /// Multiplier and shift of a factor in the header.
    fn rescale(&mut self) -> (i64, i8) {
        (self.zigzag(), self.i8())
    }
}

#[test]
fn the_fixed_part() {
    assert_eq!(FILE.len(), 395);
    let mut fixed = Reader(&FILE[..56]);
    assert_eq!(&fixed.bytes(), b"\x93DIM\r\n\x1a\n");
    assert_eq!(fixed.bytes(), [1, 0, 0, 0], "major and minor");
    let sizes: [u32; 7] = std::array::from_fn(|_| fixed.u32());
    assert_eq!(sizes, [395, 48, 0, 227, 288, 103, 0]);
    // First 16 bytes of SHA-256 over bytes 125..283 (the graph) and 288..391 (the weights), by another program.
    assert_eq!(u128::from_be_bytes(fixed.bytes()), IDENTITY);
    assert_eq!(Reader(&FILE[391..]).u32(), crc32(&FILE[..391]));
}

const IDENTITY: u128 = 0x820f_d9ca_7573_4b9c_cb4b_ac30_90aa_3092;

#[test]
fn the_header() {
    let mut header = Reader(&FILE[56..56 + 227]);
    assert_eq!([header.text(), header.text()], ["every operator", "golden.rs"]);
    assert_eq!([header.text(), header.text()], ["dim-local-jsd", "drawn by hand, \u{fc}"]);
    assert_eq!([header.varint(), header.varint()], [300, u64::MAX]);
    assert_eq!(header.bytes(), [0], "rounding");
    assert_eq!((header.shape(), header.bytes()), ([3, 3, 1], [0]), "input and its preprocessing");
    let [tensors, nodes, taps] = [header.list(), header.list(), header.list()];
    assert_eq!(header.0, []);

    let mut tensors = Reader(tensors);
    let found: [_; 7] = std::array::from_fn(|_| tensors.tensor());
    let [pixels, relu, sum, y] = [0x3c00_0000, 0x3f00_0000, 0x3dcc_cccd, 0x4040_0000];
    assert_eq!(found[0], ([3, 3, 1], pixels, 0, 16));
    assert_eq!(found[1], ([3, 2, 2], relu, -128, 0));
    assert_eq!(found[2], ([3, 2, 2], y, -1, 16));
    assert_eq!(found[3], ([3, 2, 2], sum, 7, 32));
    assert_eq!(found[4], ([2, 1, 2], sum, 7, 0));
    assert_eq!(found[5], ([2, 1, 2], sum, 7, 16));
    assert_eq!(found[6], ([1, 1, 3], y, -1, 0));
    assert_eq!(tensors.0, []);

    // Operator and input; kernel, stride, padding; clamp; parameters.
    let mut nodes = Reader(nodes);
    assert_eq!((nodes.bytes(), nodes.bytes()), ([0, 0], [3, 2, 1, 2, 2, 1, 0, 1]), "conv2d");
    assert_eq!((nodes.i8(), nodes.i8(), nodes.varint()), (-128, 127, 0));
    assert_eq!((nodes.bytes(), nodes.bytes()), ([1, 1], [1, 1, 1, 1, 0, 0, 0, 0]), "depthwise_conv2d");
    assert_eq!((nodes.i8(), nodes.i8(), nodes.varint()), (-3, 64, 32));
    assert_eq!(nodes.bytes(), [3, 1, 2, 20], "add: two inputs, left shift");
    assert_eq!([nodes.rescale(), nodes.rescale()], [(1 << 30, 0), (1_717_986_918, -2)]);
    assert_eq!(nodes.rescale(), (0x7fff_ffff, -31));
    assert_eq!((nodes.i8(), nodes.i8()), (-128, 127));
    assert_eq!((nodes.bytes(), nodes.bytes()), ([5, 3], [2, 2, 1, 1, 0, 0, 0, 0]), "max_pool2d");
    assert_eq!((nodes.i8(), nodes.i8()), (-100, 100));
    assert_eq!((nodes.bytes(), nodes.bytes()), ([4, 4], [2, 2, 2, 2, 1, 1, 1, 1]), "average_pool2d");
    assert_eq!((nodes.i8(), nodes.i8()), (-128, 127));
    assert_eq!(nodes.bytes(), [2, 5], "fully_connected");
    assert_eq!((nodes.i8(), nodes.i8(), nodes.varint()), (-128, 127, 64));
    assert_eq!(nodes.0, []);

    assert_eq!(taps, [0, 3, 1, 5, 2, 6, 3, 6]);
    assert_eq!(FILE[56 + 227..288], [0; 5], "padding");
}

#[test]
fn the_weights() {
    let mut weights = Reader(&FILE[288..288 + 103]);
    assert_eq!(weights.take(12).iter().map(|w| w.cast_signed()).collect::<Vec<_>>(), filters()[0].weights);
    assert_eq!([weights.i32(), weights.i32()], [-2, 70_000]);
    assert_eq!([weights.i32(), weights.i32()], [1 << 30, 0x7fff_ffff]);
    assert_eq!([weights.i8(), weights.i8()], [-31, 30]);
    assert_eq!(weights.bytes(), [0; 2], "up to offset 32");

    assert_eq!([weights.i8(), weights.i8()], [1, -2]);
    assert_eq!(weights.bytes(), [0; 2], "up to a multiple of 4");
    assert_eq!([weights.i32(), weights.i32()], [0, -1]);
    assert_eq!([weights.i32(), weights.i32()], [0, 0x5566_7788]);
    assert_eq!([weights.i8(), weights.i8()], [0, -7]);
    assert_eq!(weights.bytes(), [0; 10], "up to offset 64");

    assert_eq!(weights.take(12).iter().map(|w| w.cast_signed()).collect::<Vec<_>>(), filters()[2].weights);
    assert_eq!([weights.i32(), weights.i32(), weights.i32()], [1, -1, 1000]);
    assert_eq!([weights.i32(), weights.i32(), weights.i32()], [0x4000_0001, 0x7fff_fffe, 0x6000_0000]);
    assert_eq!([weights.i8(), weights.i8(), weights.i8()], [-10, -11, 3]);
    assert_eq!(weights.0, []);
}

#[test]
fn parsing_gives_what_was_written() {
    let model = Model::parse(FILE).unwrap();
    assert_eq!(model.about(), ABOUT);
    assert_eq!(model.graph().rounding, Rounding::Double);
    let shape = Shape::new(3, 3, 1);
    assert_eq!(model.graph().input, Input { shape, preprocessing: Preprocessing::CenteredU8 });
    assert_eq!(model.input_shape(), shape);
    assert_eq!(
        [model.file_bytes(), model.arena_bytes(), model.scratch_bytes(), model.weight_bytes()],
        [395, 48, 0, 103]
    );
    assert_eq!(model.identity().to_string(), format!("{IDENTITY:032x}"));
    assert_eq!(model.computed_identity().unwrap(), model.identity());

    let tensor = |height, width, channels, quantization, arena_offset| Tensor {
        shape: Shape::new(height, width, channels),
        quantization,
        arena_offset,
    };
    let tensors = [
        tensor(3, 3, 1, PIXELS, 16),
        tensor(3, 2, 2, RELU, 0),
        tensor(3, 2, 2, Y, 16),
        tensor(3, 2, 2, SUM, 32),
        tensor(2, 1, 2, SUM, 0),
        tensor(2, 1, 2, SUM, 16),
        tensor(1, 1, 3, Y, 0),
    ];
    assert!(model.tensors().eq(tensors));
    let nodes = [
        Node::Conv2d(Conv2d { input: TensorId(0), window: WIDE, clamp: Clamp { min: -128, max: 127 }, parameters: 0 }),
        Node::DepthwiseConv2d(Conv2d {
            input: TensorId(1),
            window: Window::square(1, 1, 0),
            clamp: Clamp { min: -3, max: 64 },
            parameters: 32,
        }),
        Node::Add(add()),
        Node::MaxPool2d(largest()),
        Node::AveragePool2d(mean()),
        Node::FullyConnected(FullyConnected { input: TensorId(5), clamp: Clamp::NONE, parameters: 64 }),
    ];
    assert!(model.nodes().eq(nodes));
    let tapped = [(TapKind::FeatureMap, 3), (TapKind::Conv, 5), (TapKind::Fc, 6), (TapKind::Embedding, 6)];
    assert!(model.taps().eq(tapped.map(|(kind, tensor)| Tap { kind, tensor: TensorId(tensor) })));
    assert!(tapped.iter().all(|&(kind, tensor)| model.tap(kind) == Some(TensorId(tensor))));
}

#[test]
fn parameters_and_sums_of_each_node() {
    let model = Model::parse(FILE).unwrap();
    let mut written = filters().into_iter();
    for (node, output) in model.layers() {
        let Some(parameters) = model.parameters(&node, output.shape) else { continue };
        let Filter { weights, bias, multiplier, shift } = written.next().unwrap();
        let filter: Vec<_> = parameters.filter.iter().map(|weight| weight.cast_signed()).collect();
        assert_eq!(filter, weights);
        let channel =
            |c: usize| Channel { bias: bias[c], rescale: Rescale { multiplier: multiplier[c], shift: shift[c] } };
        assert!(parameters.channels().eq((0..bias.len()).map(channel)));
    }
    assert_eq!(written.next(), None);
    let macs: Vec<_> = model.layers().map(|(node, output)| model.node_macs(&node, output.shape)).collect();
    assert_eq!(macs, [12 * 6, 2 * 6, 0, 0, 0, 12]);
    assert_eq!(model.macs(), 96);
    let names: Vec<_> = model.nodes().map(|node| node.name()).collect();
    let expected = ["conv2d", "depthwise_conv2d", "add", "max_pool2d", "average_pool2d", "fully_connected"];
    assert_eq!(names, expected);
}
