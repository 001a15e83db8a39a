//! A committed file of format 1.1: paired filters and scratch memory.
//!
//! The file never changes. A change of the format adds another one beside it.

use dim_model_format::{
    About, Clamp, Filter, FilterLayout, Model, ModelBuilder, Node, Quantization, Rounding, Shape, TapKind, Window,
};

use crate::draft::crc32;

pub(crate) const FILE: &[u8] = include_bytes!("../golden/paired-1.1.dim");

/// An odd number of channels, and windows of six inputs, which do not fill fours.
pub(crate) fn write(layout: FilterLayout, rounding: Rounding) -> Vec<u8> {
    let mut builder = ModelBuilder::new(About::named("paired"), Shape::new(1, 2, 3));
    builder.set_filter_layout(layout);
    builder.set_rounding(rounding);
    let quantization = Quantization { scale: 1.0, zero_point: 0 };
    let filter = Filter {
        weights: (1..=6).chain(11..=16).chain((-6..=-1).rev()).collect(),
        bias: vec![100, 200, 300],
        multiplier: vec![1 << 30; 3],
        shift: vec![-1, -2, -3],
    };
    let window = Window { kernel: [1, 2], ..Window::square(1, 1, 0) };
    let map = builder.conv2d(builder.input(), window, Clamp::NONE, &filter, quantization);
    let filter = Filter { weights: vec![7, 8, 9], bias: vec![400], multiplier: vec![1 << 30], shift: vec![-4] };
    let y = builder.fully_connected(map, Clamp::NONE, &filter, quantization);
    builder.tap(TapKind::Embedding, y);
    builder.finish().unwrap()
}

#[test]
fn the_writer_gives_these_bytes() {
    assert_eq!(write(FilterLayout::Paired, Rounding::Double), FILE);
}

#[test]
fn the_fixed_part() {
    assert_eq!(FILE[8..12], [1, 0, 1, 0], "format 1.1");
    let field = |offset: usize| u32::from_le_bytes(FILE[offset..offset + 4].try_into().unwrap());
    assert_eq!([field(12), field(16), field(20)], [FILE.len().try_into().unwrap(), 32 + 144, 144]);
    assert_eq!(field(FILE.len() - 4), crc32(&FILE[..FILE.len() - 4]));
}

/// Zero to two of both channels, then one and three, then the next four; zeros where there is no weight.
#[test]
fn the_filters() {
    let model = Model::parse(FILE).unwrap();
    let weights = &FILE[FILE.len() - 4 - model.weight_bytes()..];
    let signed = |bytes: &[u8]| bytes.iter().map(|byte| byte.cast_signed()).collect::<Vec<_>>();
    assert_eq!(signed(&weights[..16]), [1, 11, 3, 13, 2, 12, 4, 14, 5, 15, 0, 0, 6, 16, 0, 0]);
    assert_eq!(signed(&weights[16..32]), [-1, 0, -3, 0, -2, 0, -4, 0, -5, 0, 0, 0, -6, 0, 0, 0]);
    assert_eq!(weights[32..36], 100_i32.to_le_bytes(), "bias");
    assert_eq!(signed(&weights[64..72]), [7, 0, 9, 0, 8, 0, 0, 0]);
    assert_eq!(weights[72..76], 400_i32.to_le_bytes(), "bias");
}

#[test]
fn the_operators() {
    let model = Model::parse(FILE).unwrap();
    let nodes: Vec<_> = model.nodes().collect();
    assert!(matches!(nodes[..], [Node::PairedConv2d(_), Node::PairedFullyConnected(_)]));
    assert_eq!(nodes.iter().map(Node::name).collect::<Vec<_>>(), ["conv2d", "fully_connected"]);
    assert_eq!(model.macs(), 18 + 3);
    assert_eq!(model.format_version(), [1, 1]);
    assert_eq!(model.activation_bytes(), 32);
}

/// The same numbers in plain layout are a file of format 1.0, with another identity.
#[test]
fn the_layout_is_part_of_the_identity() {
    let plain = write(FilterLayout::Plain, Rounding::Double);
    let [plain, paired] = [&plain, FILE].map(|file| Model::parse(file).unwrap());
    assert_eq!([plain.format_version(), paired.format_version()], [[1, 0], [1, 1]]);
    assert_eq!(plain.scratch_bytes(), 0);
    assert_ne!(plain.identity(), paired.identity());
    for model in [plain, paired] {
        assert_eq!(model.computed_identity().unwrap(), model.identity());
    }
}
