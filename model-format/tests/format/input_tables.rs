//! A committed file of format 1.5: one that says what becomes of each pixel.
//!
//! The file never changes. A change of the format adds another one beside it.

use dim_model_format::{
    About, Clamp, Error, Filter, Model, ModelBuilder, Preprocessing, Quantization, Shape, TapKind, TensorId,
};

use crate::draft::crc32;

pub(crate) const FILE: &[u8] = include_bytes!("../golden/input-tables-1.5.dim");
const IMAGE: Quantization = Quantization { scale: 0.02, zero_point: -14 };

/// Pixels minus 128, and those halved.
fn tables() -> [[i8; 256]; 2] {
    let centred = |pixel: usize| i8::try_from(i32::try_from(pixel).unwrap() - 128).unwrap();
    [std::array::from_fn(centred), std::array::from_fn(|pixel| centred(pixel) / 2)]
}

fn write(tables: &[[i8; 256]]) -> Result<Vec<u8>, Error> {
    let mut builder = ModelBuilder::new(About::named("input tables"), Shape::new(1, 2, 2));
    builder.set_input_tables(tables, IMAGE);
    let filter = Filter { weights: vec![1, -2, 3, -4], bias: vec![5], multiplier: vec![1 << 30], shift: vec![-3] };
    let output = Quantization { scale: 0.5, zero_point: 3 };
    let y = builder.fully_connected(builder.input(), Clamp::NONE, &filter, output);
    builder.tap(TapKind::Embedding, y);
    builder.finish()
}

#[test]
fn the_writer_gives_these_bytes() {
    assert_eq!(write(&tables()).unwrap(), FILE);
}

#[test]
fn the_bytes() {
    assert_eq!(FILE[8..12], [1, 0, 5, 0], "format 1.5");
    let end = FILE.len() - 4;
    assert_eq!(FILE[end..], crc32(&FILE[..end]).to_le_bytes());
    // Behind the name and five empty fields: rounding, shape, preprocessing with its offset, then the tensors.
    let graph = 56 + 1 + "input tables".len() + 5;
    assert_eq!(FILE[graph..][..6], [0, 1, 2, 2, 2, 0]);
    let weights = &FILE[end - Model::parse(FILE).unwrap().weight_bytes()..end];
    assert_eq!([weights[0], weights[255], weights[256], weights[511]], [0x80, 0x7f, 0xc0, 0x3f]);
    assert_eq!(weights[512..516], [1, 0xfe, 3, 0xfc]);
}

#[test]
fn parsing_gives_what_was_written() {
    let model = Model::parse(FILE).unwrap();
    assert_eq!(model.graph().input.preprocessing, Preprocessing::LookupU8 { tables: 0 });
    assert_eq!(model.tensor(TensorId(0)).quantization, IMAGE);
    let found = model.input_tables().unwrap();
    assert_eq!(found, tables().map(|table| table.map(i8::cast_unsigned)));
    assert_eq!(model.computed_identity().unwrap(), model.identity());
    assert_eq!(Model::parse(crate::golden::FILE).unwrap().input_tables(), None);
}

#[test]
fn a_table_for_each_channel() {
    let [table, _] = tables();
    for count in [0, 1, 3] {
        assert_eq!(write(&vec![table; count]), Err(Error::InputTables(0)), "{count}");
    }
}
