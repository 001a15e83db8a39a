//! A committed file of format 1.6: products of two tensors, of one shape and of another that is repeated.
//!
//! The file never changes. A change of the format adds another one beside it.

use dim_model_format::{
    About, Clamp, Model, ModelBuilder, Mul, Node, Pool2d, Quantization, Rescale, Shape, TapKind, TensorId, Window,
};

use crate::draft::{crc32, records};

pub(crate) const FILE: &[u8] = include_bytes!("../golden/mul-1.6.dim");
const OUTPUT: Quantization = Quantization { scale: 0.25, zero_point: -7 };
const SQUARE: Mul = Mul {
    inputs: [TensorId(0); 2],
    clamp: Clamp { min: -100, max: 99 },
    rescale: Rescale { multiplier: 1 << 30, shift: -6 },
};
/// Each channel by its largest number.
const GATED: Mul = Mul { inputs: [TensorId(1), TensorId(2)], ..SQUARE };

fn write() -> Vec<u8> {
    let mut builder = ModelBuilder::new(About::named("mul"), Shape::new(3, 2, 4));
    let square = builder.mul(SQUARE, OUTPUT);
    let window = Window { kernel: [3, 2], ..Window::square(1, 1, 0) };
    builder.max_pool2d(Pool2d { input: square, window, clamp: Clamp::NONE });
    let gated = builder.mul(GATED, OUTPUT);
    builder.tap(TapKind::Embedding, gated);
    builder.finish().unwrap()
}

#[test]
fn the_writer_gives_these_bytes() {
    assert_eq!(write(), FILE);
}

#[test]
fn the_bytes() {
    assert_eq!(FILE[8..12], [1, 0, 6, 0], "format 1.6");
    assert_eq!(FILE[FILE.len() - 4..], crc32(&FILE[..FILE.len() - 4]).to_le_bytes());
    // Operator, inputs, clamp, the multiplier in zigzag as a varint, shift.
    let node = [13, 1, 2, 0x9c, 99, 0x80, 0x80, 0x80, 0x80, 8, 0xfa];
    assert_eq!(records(&[Node::Mul(GATED)]), node);
    assert!(FILE.windows(node.len()).any(|bytes| bytes == node));
}

#[test]
fn parsing_gives_what_was_written() {
    let model = Model::parse(FILE).unwrap();
    assert_eq!([0, 2].map(|index| model.nodes().nth(index)), [SQUARE, GATED].map(|op| Some(Node::Mul(op))));
    assert_eq!(model.nodes().map(|node| node.inputs().count()).collect::<Vec<_>>(), [2, 1, 2]);
    assert_eq!(
        (model.tensor(TensorId(3)).shape, model.tensor(TensorId(3)).quantization),
        (Shape::new(3, 2, 4), OUTPUT)
    );
    assert_eq!([model.macs(), model.scratch_bytes() as u64], [0, 0]);
    assert_eq!(model.computed_identity().unwrap(), model.identity());
}

/// Both write over their first input, and neither over what it repeats.
#[test]
fn where_it_writes() {
    let model = Model::parse(FILE).unwrap();
    let [image, square, largest, gated] = [0, 1, 2, 3].map(|id| model.tensor(TensorId(id)).arena_range());
    assert_eq!([&image, &square], [&square, &gated]);
    assert!(largest.start >= gated.end || largest.end <= gated.start);
}

#[test]
fn what_repeats() {
    let shape = Shape::new(3, 2, 4);
    for (height, width, channels) in [(3, 2, 4), (1, 1, 4), (3, 2, 1), (1, 2, 1), (1, 1, 1), (3, 1, 4)] {
        assert!(Shape::new(height, width, channels).repeats_to(shape));
    }
    for (height, width, channels) in [(3, 2, 2), (2, 2, 4), (6, 4, 8), (0, 2, 4), (3, 4, 2)] {
        assert!(!Shape::new(height, width, channels).repeats_to(shape));
    }
    assert!(!shape.repeats_to(Shape::vector(4)));
}
