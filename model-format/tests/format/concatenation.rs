//! A committed file of format 1.5: tensors one after the other, along each axis.
//!
//! The file never changes. A change of the format adds another one beside it.

use dim_model_format::{
    About, Axis, Concatenation, Error, Model, ModelBuilder, NO_TENSOR, Node, Shape, TapKind, TensorId,
};

use crate::draft::{crc32, records};

pub(crate) const FILE: &[u8] = include_bytes!("../golden/concatenation-1.5.dim");
/// Of one of 2x3x2.
const SHAPES: [Shape; 4] = [Shape::new(4, 3, 2), Shape::new(4, 6, 2), Shape::new(4, 6, 4), Shape::vector(108)];

fn write() -> Result<Vec<u8>, Error> {
    let mut builder = ModelBuilder::new(About::named("concatenation"), Shape::new(2, 3, 2));
    let image = builder.input();
    let below = builder.concatenation(&[image; 2], Axis::Height);
    let beside = builder.concatenation(&[below; 2], Axis::Width);
    let pixels = builder.concatenation(&[beside; 2], Axis::Channels);
    let all = builder.concatenation(&[image, pixels], Axis::Flat);
    builder.tap(TapKind::Embedding, all);
    builder.finish()
}

fn op(inputs: [u8; 2], axis: Axis) -> Node {
    let mut all = [NO_TENSOR; 10];
    all[..2].copy_from_slice(&inputs.map(TensorId));
    Node::Concatenation(Concatenation { inputs: all, axis })
}

#[test]
fn the_writer_gives_these_bytes() {
    assert_eq!(write().unwrap(), FILE);
}

#[test]
fn the_bytes() {
    assert_eq!(FILE[8..12], [1, 0, 5, 0], "format 1.5");
    assert_eq!(FILE[FILE.len() - 4..], crc32(&FILE[..FILE.len() - 4]).to_le_bytes());
    // Operator, ten inputs, axis.
    let node = [12, 0, 3, 255, 255, 255, 255, 255, 255, 255, 255, 3];
    assert_eq!(records(&[op([0, 3], Axis::Flat)]), node);
    assert!(FILE.windows(node.len()).any(|bytes| bytes == node));
}

#[test]
fn parsing_gives_what_was_written() {
    let model = Model::parse(FILE).unwrap();
    let nodes = [op([0, 0], Axis::Height), op([1, 1], Axis::Width), op([2, 2], Axis::Channels), op([0, 3], Axis::Flat)];
    assert!(model.nodes().eq(nodes));
    assert!(model.tensors().skip(1).map(|tensor| tensor.shape).eq(SHAPES));
    assert!(model.nodes().all(|node| node.inputs().count() == 2));
    assert_eq!(model.computed_identity().unwrap(), model.identity());
}

/// A hundred thousand channels are more than a shape states.
#[test]
fn what_does_not_fit_is_refused() {
    let mut builder = ModelBuilder::new(About::named("concatenation"), Shape::vector(33_000));
    let all = builder.concatenation(&[TensorId(0); 2], Axis::Channels);
    builder.tap(TapKind::Embedding, all);
    assert!(builder.finish().is_err());
}
