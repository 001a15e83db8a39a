//! Not drawn but enumerated: every value of two bytes beside each other, and the bound of accumulators for every small fan-in.

use std::hint::black_box;

use dim_model_format::{About, Clamp, Error, Filter, Model, ModelBuilder, NodeError, Quantization, Shape, TapKind};

use crate::draft::crc32;

/// Where the header starts.
const HEADER: usize = 56;
/// Files of every operator.
const FILES: [&[u8]; 8] = [
    crate::golden::FILE,
    include_bytes!("../golden/concatenation-1.5.dim"),
    crate::critic::FILE,
    include_bytes!("../golden/int4-1.4.dim"),
    include_bytes!("../golden/lookup-1.5.dim"),
    include_bytes!("../golden/mean-1.5.dim"),
    include_bytes!("../golden/mul-1.6.dim"),
    include_bytes!("../golden/paired-1.1.dim"),
];

/// A fully connected layer of one output, as a file.
fn fully_connected(fan_in: u16, bias: i32) -> Result<Vec<u8>, Error> {
    let mut builder = ModelBuilder::new(About::named("sum"), Shape::new(1, 1, fan_in));
    let weights = vec![-128; usize::from(fan_in)];
    let filter = Filter { weights, bias: vec![bias], multiplier: vec![1 << 30], shift: vec![-8] };
    let quantization = Quantization { scale: 1.0, zero_point: 0 };
    let output = builder.fully_connected(builder.input(), Clamp::NONE, &filter, quantization);
    builder.tap(TapKind::Embedding, output);
    builder.finish()
}

/// `fan_in * 255 * 128 + |bias|` may be the largest int32 number, and no more.
#[test]
fn the_bound_of_accumulators_is_exact() {
    let too_large = Error::Node { node: 0, error: NodeError::Accumulator { channel: 0 } };
    for fan_in in (1..2048).chain((2048..=u16::MAX).step_by(509)).chain([u16::MAX]) {
        let room = i32::MAX - i32::from(fan_in) * 255 * 128;
        for sign in [1, -1] {
            assert!(fully_connected(fan_in, sign * room).is_ok(), "{fan_in}");
            assert_eq!(fully_connected(fan_in, sign * (room + 1)), Err(too_large), "{fan_in}");
        }
    }
}

/// All 65,536 values of every two neighbouring bytes of a header, with the checksum put right: refused, or a model of which
/// everything can be read.
#[test]
fn every_two_neighbouring_bytes_of_a_header() {
    let mut parsed = 0;
    for file in FILES {
        let model = Model::parse(file).unwrap();
        let end = model.file_bytes() - 4 - model.weight_bytes();
        parsed += (HEADER..end - 1).map(|position| every_two_bytes(file, position)).sum::<u64>();
    }
    assert!(parsed > 1_000_000, "only {parsed} models were read");
}

/// How many values of the two bytes at a position give a model.
fn every_two_bytes(file: &[u8], position: usize) -> u64 {
    let mut file = file.to_vec();
    let body = file.len() - 4;
    // A checksum is affine: what one byte does to it does not depend on the other.
    let mut checksums = |position: usize| -> Vec<u32> {
        let original = file[position];
        let checksums = (0..=255).map(|value| {
            file[position] = value;
            crc32(&file[..body])
        });
        let checksums = checksums.collect();
        file[position] = original;
        checksums
    };
    let [first, second] = [checksums(position), checksums(position + 1)];
    let right = crc32(&file[..body]);
    let mut parsed = 0;
    for value in 0..=u16::MAX {
        let values = value.to_le_bytes();
        let checksum = first[usize::from(values[0])] ^ second[usize::from(values[1])] ^ right;
        file[position..position + 2].copy_from_slice(&values);
        file[body..].copy_from_slice(&checksum.to_le_bytes());
        match Model::parse(&file) {
            Ok(model) => parsed += black_box(read(&model)),
            Err(error) => assert!(!matches!(error, Error::Checksum { .. }), "the checksum is right"),
        }
    }
    parsed
}

/// 1, after what a run reads of the model has been read.
fn read(model: &Model<'_>) -> u64 {
    for (node, output) in model.layers() {
        let parameters = model.parameters(&node, output.shape);
        assert!(parameters.is_none_or(|parameters| parameters.channels().len() == usize::from(output.shape.channels)));
    }
    assert!(model.tensors().all(|tensor| tensor.arena_range().end <= model.arena_bytes()));
    1
}
