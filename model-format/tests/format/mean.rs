//! A committed file of format 1.5: the mean of each channel over rows and columns.
//!
//! The file never changes. A change of the format adds another one beside it.

use dim_model_format::{
    About, Clamp, Error, Mean, Model, ModelBuilder, Node, NodeError, Quantization, Rescale, Shape, TapKind, TensorId,
};

use crate::draft::{Draft, crc32, records};

pub(crate) const FILE: &[u8] = include_bytes!("../golden/mean-1.5.dim");

const OP: Mean = Mean {
    input: TensorId(0),
    clamp: Clamp { min: -100, max: 99 },
    rescale: Rescale { multiplier: 715_827_882, shift: -1 },
};
const OUTPUT: Quantization = Quantization { scale: 0.25, zero_point: 3 };

fn write(op: Mean) -> Result<Vec<u8>, Error> {
    let mut builder = ModelBuilder::new(About::named("mean"), Shape::new(3, 2, 4));
    let mean = builder.mean(op, OUTPUT);
    builder.tap(TapKind::Embedding, mean);
    builder.finish()
}

#[test]
fn the_writer_gives_these_bytes() {
    assert_eq!(write(OP).unwrap(), FILE);
}

#[test]
fn the_bytes() {
    assert_eq!(FILE[8..12], [1, 0, 5, 0], "format 1.5");
    assert_eq!(FILE[FILE.len() - 4..], crc32(&FILE[..FILE.len() - 4]).to_le_bytes());
    // Operator, input, clamp, the multiplier in zigzag as a varint, shift.
    let node = [10, 0, 0x9c, 99, 0xd4, 0xaa, 0xd5, 0xaa, 5, 0xff];
    assert_eq!(records(&[Node::Mean(OP)]), node);
    assert!(FILE.windows(node.len()).any(|bytes| bytes == node));
}

#[test]
fn parsing_gives_what_was_written() {
    let model = Model::parse(FILE).unwrap();
    assert!(model.nodes().eq([Node::Mean(OP)]));
    let [_, mean] = [0, 1].map(|id| model.tensor(TensorId(id)));
    assert_eq!((mean.shape, mean.quantization), (Shape::vector(4), OUTPUT));
    assert_eq!([model.macs(), model.scratch_bytes() as u64], [0, 0]);
    assert_eq!(model.computed_identity().unwrap(), model.identity());
}

/// The sum of 8,421,504 differences of 255 is the largest that 32 bits hold.
#[test]
fn a_sum_fits_32_bits() {
    let write = |height, width| {
        let mut builder = ModelBuilder::new(About::named("mean"), Shape::new(height, width, 1));
        let mean = builder.mean(OP, OUTPUT);
        builder.tap(TapKind::Embedding, mean);
        builder.finish().err()
    };
    assert_eq!(write(32896, 256), None);
    let overflows = Error::Node { node: 0, error: NodeError::Accumulator { channel: 0 } };
    assert_eq!([write(32896, 257), write(u16::MAX, u16::MAX)], [Some(overflows); 2]);
}

#[test]
fn older_versions_do_not_have_it() {
    for minor in 0..5 {
        let error = Model::parse(&Draft { minor, ..Draft::of(FILE) }.file()).unwrap_err();
        assert_eq!(error, Error::Node { node: 0, error: NodeError::Version(5) });
    }
}
