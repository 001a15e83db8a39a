//! A committed file of format 1.3: one whose image has a scale and a zero point of its own.
//!
//! The file never changes. A change of the format adds another one beside it.

use dim_model_format::{
    About, Clamp, Error, Filter, Model, ModelBuilder, Preprocessing, Quantization, Shape, TapKind, TensorId, Window,
};

use crate::draft::Draft;

pub(crate) const FILE: &[u8] = include_bytes!("../golden/quantized-input-1.3.dim");
/// Pixels in [0, 1]: 0 is the code -128.
const FROM_0_TO_1: Quantization = Quantization { scale: 1.0 / 255.0, zero_point: -128 };

/// A convolution with padding, into which the zero point goes.
fn write(image: Quantization) -> Vec<u8> {
    let mut builder = ModelBuilder::new(About::named("quantized input"), Shape::new(2, 2, 1));
    builder.set_input_quantization(image);
    let filter = Filter { weights: (1..=9).collect(), bias: vec![5], multiplier: vec![1 << 30], shift: vec![-3] };
    let output = Quantization { scale: 0.5, zero_point: 3 };
    let map = builder.conv2d(builder.input(), Window::square(3, 1, 1), Clamp::NONE, &filter, output);
    builder.tap(TapKind::Embedding, map);
    builder.finish().unwrap()
}

#[test]
fn the_writer_gives_these_bytes() {
    assert_eq!(write(FROM_0_TO_1), FILE);
}

#[test]
fn parsing_gives_what_was_written() {
    let model = Model::parse(FILE).unwrap();
    assert_eq!(model.graph().input.preprocessing, Preprocessing::QuantizedU8);
    assert_eq!(model.tensor(TensorId(0)).quantization, FROM_0_TO_1);
    assert_eq!(model.format_version(), [1, 3]);
    assert_eq!(model.computed_identity().unwrap(), model.identity());
}

/// The quantization that older readers know is written as they know it.
#[test]
fn the_usual_quantization_needs_no_new_version() {
    let file = write(Quantization::CENTERED_U8);
    let model = Model::parse(&file).unwrap();
    assert_eq!(model.graph().input.preprocessing, Preprocessing::CenteredU8);
    assert_eq!(model.format_version(), [1, 0]);
}

#[test]
fn only_the_new_preprocessing_allows_it() {
    let mut draft = Draft::of(FILE);
    draft.input.preprocessing = Preprocessing::CenteredU8;
    assert_eq!(Model::parse(&draft.file()).unwrap_err(), Error::Input);
}
