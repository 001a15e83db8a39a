//! Operators that write over what they read: what the writer plans, and what a reader takes and refuses.

use dim_model_format::{
    About, Add, Clamp, Error, Filter, FullyConnected, Model, ModelBuilder, Node, Quantization, Rescale, Shape, Tap,
    TapKind, TensorError, TensorId, Window,
};

use crate::draft::Draft;

pub(crate) const FILE: &[u8] = include_bytes!("../golden/overlap-1.3.dim");

const OUTPUT: Quantization = Quantization { scale: 0.5, zero_point: 3 };

fn filter(channels: usize, fan_in: usize) -> Filter {
    let weights = (0..channels * fan_in).map(|i| (i * 37 % 251) as u8 as i8).collect();
    let bias = (0..channels).map(|channel| channel as i32 * 100 - 150).collect();
    Filter { weights, bias, multiplier: vec![0x5a5a_5a5a; channels], shift: vec![-8; channels] }
}

/// A convolution with padding, and an addition around a 1x1 convolution.
fn write() -> Vec<u8> {
    let mut builder = ModelBuilder::new(About::named("overlap"), Shape::new(4, 4, 8));
    let map = builder.conv2d(builder.input(), Window::square(3, 1, 1), Clamp::NONE, &filter(4, 72), OUTPUT);
    let point = builder.conv2d(map, Window::square(1, 1, 0), Clamp::NONE, &filter(4, 4), OUTPUT);
    let half = Rescale { multiplier: 1 << 30, shift: 0 };
    let output_rescale = Rescale { multiplier: 1 << 30, shift: -18 };
    let inputs = [map, point];
    let sum = Add { inputs, left_shift: 20, input_rescale: [half; 2], output_rescale, clamp: Clamp::NONE };
    let sum = builder.add(sum, OUTPUT);
    let y = builder.fully_connected(sum, Clamp::NONE, &filter(2, 64), OUTPUT);
    builder.tap(TapKind::Embedding, y);
    builder.finish().unwrap()
}

#[test]
fn the_writer_gives_these_bytes() {
    assert_eq!(write(), FILE);
}

/// 192 bytes without an overlap: image and first map, and all three maps of the addition.
#[test]
fn the_plan() {
    let model = Model::parse(FILE).unwrap();
    assert_eq!((model.format_version(), model.arena_bytes()), ([1, 3], 160));
    let places: Vec<_> = model.tensors().map(|tensor| tensor.arena_range()).collect();
    // Row 1 of the map ends at 32, where the image starts, of which it needs all rows but the last.
    assert_eq!(places[..2], [32..160, 0..64]);
    // The sum is where one of its inputs was.
    assert!(places[1..3].contains(&places[3]), "{places:?}");
}

fn overlap(tensor: usize, with: usize) -> Option<Error> {
    Some(Error::Tensor { tensor, error: TensorError::Overlap { with } })
}

fn parse(edit: impl FnOnce(&mut Draft<'_>)) -> Option<Error> {
    let mut draft = Draft::of(FILE);
    edit(&mut draft);
    Model::parse(&draft.file()).err()
}

#[test]
fn versions_before_do_not_overlap() {
    assert_eq!(parse(|draft| draft.minor = 3), None);
    assert_eq!(parse(|draft| draft.minor = 2), overlap(1, 0));
}

#[test]
fn a_row_more_is_refused() {
    assert_eq!(parse(|draft| draft.tensors[1].arena_offset = 16), overlap(1, 0));
}

#[test]
fn an_addition_starts_at_its_input_or_before() {
    let [map, sum] = [64, 80];
    let place = |draft: &mut Draft<'_>, [point, sum]: [u32; 2]| {
        draft.arena_bytes = 176;
        draft.tensors[4].arena_offset = 160;
        draft.tensors[2].arena_offset = point;
        draft.tensors[3].arena_offset = sum;
    };
    assert_eq!(parse(|draft| place(draft, [map, map])), None);
    assert_eq!(parse(|draft| place(draft, [sum, map])), None);
    assert_eq!(parse(|draft| place(draft, [map, sum])), overlap(3, 2));
}

#[test]
fn what_is_read_later_stays() {
    assert_eq!(parse(|draft| draft.taps.push(Tap { kind: TapKind::FeatureMap, tensor: TensorId(0) })), overlap(1, 0));
    // The second convolution writes over the map that the addition needs.
    assert_eq!(parse(|draft| draft.tensors[2].arena_offset = 0), overlap(2, 1));
}

#[test]
fn a_fully_connected_layer_needs_all_inputs_to_the_end() {
    let refused = parse(|draft| {
        let Node::FullyConnected(FullyConnected { input, .. }) = draft.nodes[3] else { panic!() };
        draft.tensors[4].arena_offset = draft.tensors[usize::from(input.0)].arena_offset;
    });
    assert_eq!(refused, overlap(4, 3));
}

/// Kernels compute four pixels at once, so three in a row would be written before all is read.
#[test]
fn rows_of_less_than_four_pixels_do_not_overlap() {
    for width in [3, 4] {
        let mut builder = ModelBuilder::new(About::named("width"), Shape::new(9, width, 4));
        let map = builder.conv2d(builder.input(), Window::square(1, 1, 0), Clamp::NONE, &filter(4, 4), OUTPUT);
        builder.tap(TapKind::Embedding, map);
        let file = builder.finish().unwrap();
        let model = Model::parse(&file).unwrap();
        assert_eq!(model.format_version()[1], if width < 4 { 0 } else { 3 });
        let mut draft = Draft::of(&file);
        draft.minor = 3;
        [draft.tensors[0].arena_offset, draft.tensors[1].arena_offset] = [16, 0];
        assert_eq!(Model::parse(&draft.file()).err(), if width < 4 { overlap(1, 0) } else { None });
    }
}
