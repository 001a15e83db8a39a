//! Features leave operators out; an encoder that needs one of them is refused by name.
//!
//! To be run with and without `--no-default-features`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

use dim_model_format::{
    About, Add, Axis, Clamp, Filter, FilterLayout, Mean, Model, ModelBuilder, Mul, Pool2d, Quantization, Rescale,
    Shape, TapKind, TensorId, Window,
};
use dim_runtime::{Encoder, Error};

const OUTPUT: Quantization = Quantization { scale: 1.0, zero_point: 0 };

fn refusal(layout: FilterLayout, operator: impl FnOnce(&mut ModelBuilder<'_>, TensorId) -> TensorId) -> Option<Error> {
    let mut builder = ModelBuilder::new(About::named("one"), Shape::new(4, 4, 4));
    builder.set_filter_layout(layout);
    let output = operator(&mut builder, TensorId(0));
    builder.tap(TapKind::Embedding, output);
    let file = builder.finish().unwrap();
    let model = Model::parse(&file).unwrap();
    Encoder::new(&model, &mut vec![0; model.arena_bytes()]).err()
}

#[test]
fn each_by_its_feature() {
    let filter =
        |weights| Filter { weights: vec![16; weights], bias: vec![0; 4], multiplier: vec![0; 4], shift: vec![0; 4] };
    let window = Window::square(1, 1, 0);
    let left_out = |feature, is_on: bool| (!is_on).then_some(Error::LeftOut { node: 0, feature });
    for (layout, expected) in [
        (FilterLayout::Plain, left_out("plain", cfg!(feature = "plain"))),
        (FilterLayout::Paired, None),
        (FilterLayout::Int4, left_out("int4", cfg!(feature = "int4"))),
    ] {
        let conv2d = refusal(layout, |builder, input| builder.conv2d(input, window, Clamp::NONE, &filter(16), OUTPUT));
        let dense = refusal(layout, |builder, input| builder.fully_connected(input, Clamp::NONE, &filter(256), OUTPUT));
        assert_eq!([conv2d, dense], [expected; 2]);
    }
    let depthwise = refusal(FilterLayout::Plain, |builder, input| {
        builder.depthwise_conv2d(input, window, Clamp::NONE, &filter(4), OUTPUT)
    });
    assert_eq!(depthwise, left_out("depthwise", cfg!(feature = "depthwise")));
    let rescale = Rescale { multiplier: 1 << 30, shift: 0 };
    let sum = refusal(FilterLayout::Plain, |builder, input| {
        let (inputs, input_rescale) = ([input; 2], [rescale; 2]);
        let op = Add { inputs, left_shift: 0, input_rescale, output_rescale: rescale, clamp: Clamp::NONE };
        builder.add(op, OUTPUT)
    });
    assert_eq!(sum, left_out("add", cfg!(feature = "add")));
    let pool = |input| Pool2d { input, window, clamp: Clamp::NONE };
    let mean = refusal(FilterLayout::Plain, |builder, input| builder.average_pool2d(pool(input)));
    let largest = refusal(FilterLayout::Plain, |builder, input| builder.max_pool2d(pool(input)));
    assert_eq!([mean, largest], [left_out("pool", cfg!(feature = "pool")); 2]);
    let mean = refusal(FilterLayout::Plain, |builder, input| {
        builder.mean(Mean { input, clamp: Clamp::NONE, rescale }, OUTPUT)
    });
    assert_eq!(mean, left_out("mean", cfg!(feature = "mean")));
    let lookup = refusal(FilterLayout::Plain, |builder, input| builder.lookup(input, &[0; 256], OUTPUT));
    let twice = refusal(FilterLayout::Plain, |builder, input| builder.concatenation(&[input; 2], Axis::Width));
    assert_eq!(twice, left_out("concatenation", cfg!(feature = "concatenation")));
    assert_eq!(lookup, left_out("lookup", cfg!(feature = "lookup")));
    let square = refusal(FilterLayout::Plain, |builder, input| {
        builder.mul(Mul { inputs: [input; 2], clamp: Clamp::NONE, rescale }, OUTPUT)
    });
    assert_eq!(square, left_out("mul", cfg!(feature = "mul")));
}
