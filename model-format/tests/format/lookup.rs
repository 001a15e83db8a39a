//! A committed file of format 1.5: a table of what each number becomes.
//!
//! The file never changes. A change of the format adds another one beside it.

use dim_model_format::{
    About, Clamp, Filter, Lookup, Model, ModelBuilder, Node, Quantization, Shape, TapKind, TensorId,
};

use crate::draft::{crc32, records};

pub(crate) const FILE: &[u8] = include_bytes!("../golden/lookup-1.5.dim");
const OUTPUT: Quantization = Quantization { scale: 0.5, zero_point: -3 };
/// Behind the parameters of one unit, which end at 13.
const OP: Lookup = Lookup { input: TensorId(1), table: 16 };

/// -128 becomes 127, -127 becomes 126, and so on.
fn table() -> [i8; 256] {
    std::array::from_fn(|index| i8::try_from(127 - i32::try_from(index).unwrap()).unwrap())
}

fn write() -> Vec<u8> {
    let mut builder = ModelBuilder::new(About::named("lookup"), Shape::new(1, 1, 2));
    let filter = Filter { weights: vec![3, -3], bias: vec![1], multiplier: vec![1 << 30], shift: vec![-2] };
    let unit = builder.fully_connected(builder.input(), Clamp::NONE, &filter, OUTPUT);
    let turned = builder.lookup(unit, &table(), OUTPUT);
    builder.tap(TapKind::Fc, unit);
    builder.tap(TapKind::Embedding, turned);
    builder.finish().unwrap()
}

#[test]
fn the_writer_gives_these_bytes() {
    assert_eq!(write(), FILE);
}

#[test]
fn the_bytes() {
    assert_eq!(FILE[8..12], [1, 0, 5, 0], "format 1.5");
    let end = FILE.len() - 4;
    assert_eq!(FILE[end..], crc32(&FILE[..end]).to_le_bytes());
    // Operator, input, offset of the table.
    assert_eq!(records(&[Node::Lookup(OP)]), [11, 1, 16]);
    // From 127 down to 0, then from -1 down to -128.
    let expected: Vec<u8> = (0..128).rev().chain((128..=255).rev()).collect();
    assert_eq!(FILE[end - 256..end], expected);
}

#[test]
fn parsing_gives_what_was_written() {
    let model = Model::parse(FILE).unwrap();
    assert_eq!(model.nodes().nth(1), Some(Node::Lookup(OP)));
    let found = model.table(&OP).unwrap().map(u8::cast_signed);
    assert_eq!(found, table());
    assert_eq!([model.weight_bytes(), model.macs() as usize], [16 + 256, 2]);
    assert_eq!(model.computed_identity().unwrap(), model.identity());
}
