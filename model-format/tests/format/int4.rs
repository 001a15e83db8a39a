//! A committed file of format 1.4: weights of four bits.
//!
//! The file never changes. A change of the format adds another one beside it.

use dim_model_format::{
    About, Clamp, Error, Filter, FilterLayout, Model, ModelBuilder, Node, NodeError, Quantization, Shape, TapKind,
    Window,
};

use crate::draft::crc32;

pub(crate) const FILE: &[u8] = include_bytes!("../golden/int4-1.4.dim");

/// An odd number of channels, and windows of six inputs, which do not fill fours; these are the upper halves.
const WEIGHTS: [[i8; 6]; 3] = [[1, 2, 3, 4, 5, 6], [-1, -2, -3, -4, -5, -6], [7, -8, 0, 6, -7, 1]];

fn write(layout: FilterLayout, scale: i8) -> Result<Vec<u8>, Error> {
    let mut builder = ModelBuilder::new(About::named("int4"), Shape::new(1, 2, 3));
    builder.set_filter_layout(layout);
    let quantization = Quantization { scale: 1.0, zero_point: 0 };
    let filter = Filter {
        weights: WEIGHTS.concat().into_iter().map(|weight| scale * weight).collect(),
        bias: vec![100, 200, 300],
        multiplier: vec![1 << 30; 3],
        shift: vec![-1, -2, -3],
    };
    let window = Window { kernel: [1, 2], ..Window::square(1, 1, 0) };
    let map = builder.conv2d(builder.input(), window, Clamp::NONE, &filter, quantization);
    let filter = Filter { weights: vec![16, -128, 112], bias: vec![400], multiplier: vec![1 << 30], shift: vec![-4] };
    let y = builder.fully_connected(map, Clamp::NONE, &filter, quantization);
    builder.tap(TapKind::Embedding, y);
    builder.finish()
}

#[test]
fn the_writer_gives_these_bytes() {
    assert_eq!(write(FilterLayout::Int4, 16).unwrap(), FILE);
}

#[test]
fn the_fixed_part() {
    assert_eq!(FILE[8..12], [1, 0, 4, 0], "format 1.4");
    let field = |offset: usize| u32::from_le_bytes(FILE[offset..offset + 4].try_into().unwrap());
    // The windows of four pixels, factors of four channels, a window in bytes, two channels' weights, and 4.
    let scratch = 64 + 64 + 8 + 16 + 4;
    assert_eq!([field(12), field(20)], [FILE.len().try_into().unwrap(), scratch + 4]);
    assert_eq!(field(FILE.len() - 4), crc32(&FILE[..FILE.len() - 4]));
}

/// Zero and two of both channels in the lower halves, one and three in the upper ones; zeros where there is no weight.
#[test]
fn the_filters() {
    let model = Model::parse(FILE).unwrap();
    let weights = &FILE[FILE.len() - 4 - model.weight_bytes()..];
    assert_eq!(weights[..8], [0x21, 0xef, 0x43, 0xcd, 0x65, 0xab, 0, 0]);
    assert_eq!(weights[8..16], [0x87, 0, 0x60, 0, 0x19, 0, 0, 0]);
    assert_eq!(weights[16..20], 100_i32.to_le_bytes(), "bias");
    assert_eq!(weights[48..52], [0x81, 0, 0x07, 0]);
    assert_eq!(weights[52..56], 400_i32.to_le_bytes(), "bias");
    let (conv2d, output) = model.layers().next().unwrap();
    let filter = model.parameters(&conv2d, output.shape).unwrap().filter;
    for (channel, weights) in WEIGHTS.iter().enumerate() {
        let found: Vec<_> = (0..6).map(|k| FilterLayout::Int4.weight(filter, channel, k, 6)).collect();
        assert_eq!(found, weights.map(|weight| Some(16 * weight)));
    }
}

#[test]
fn the_operators() {
    let model = Model::parse(FILE).unwrap();
    let nodes: Vec<_> = model.nodes().collect();
    assert!(matches!(nodes[..], [Node::Int4Conv2d(_), Node::Int4FullyConnected(_)]));
    assert_eq!(nodes.iter().map(Node::name).collect::<Vec<_>>(), ["conv2d", "fully_connected"]);
    assert_eq!(model.macs(), 18 + 3);
    assert_eq!(model.computed_identity().unwrap(), model.identity());
}

#[test]
fn other_weights_are_refused() {
    let error = write(FilterLayout::Int4, 15).unwrap_err();
    assert_eq!(error, Error::Node { node: 0, error: NodeError::Int4(15) });
    assert!(write(FilterLayout::Paired, 15).is_ok());
}

/// One filter has one form: whatever fills up a filter is zero.
#[test]
fn a_filter_is_filled_up_with_zeros() {
    let model = Model::parse(FILE).unwrap();
    let start = FILE.len() - 4 - model.weight_bytes();
    for (byte, bits) in [(6, 0x01), (7, 0x80), (9, 0x10), (13, 0x02), (49, 0x40), (50, 0x10)] {
        let mut file = FILE.to_vec();
        file[start + byte] |= bits;
        let checksum = crc32(&file[..file.len() - 4]).to_le_bytes();
        let end = file.len() - 4;
        file[end..].copy_from_slice(&checksum);
        let error = Model::parse(&file).unwrap_err();
        assert!(matches!(error, Error::Node { error: NodeError::FilterPadding, .. }), "{byte}: {error}");
    }
}
