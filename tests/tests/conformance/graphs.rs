//! Properties: whole random graphs, every tap compared.

use dim_model_format::{About, Add, Model, ModelBuilder, Pool2d, Quantization, Shape, TensorId};
use proptest::prelude::*;

use crate::compare::{TAPS, compare};
use crate::{CASES, settings};
use dim_conformance::draw::{Draw, elements, with_zero_point};

/// A chain of `nodes` random operators with residual additions, and taps on random tensors.
pub(crate) fn graph(shape: Shape, nodes: usize, draw: &mut Draw) -> Vec<u8> {
    let mut builder = ModelBuilder::new(About::named("random graph"), shape);
    let mut made = vec![(TensorId(0), Quantization { scale: 1.0 / 128.0, zero_point: 0 })];
    for _ in 0..nodes {
        builder.set_filter_layout(draw.layout());
        let next = append(&mut builder, &made, draw);
        made.push(next);
    }
    let [kinds @ .., embedding] = TAPS;
    for kind in kinds {
        let tapped = draw.within(0, 2 * nodes as i64) as usize;
        if let Some((tensor, _)) = made.get(tapped) {
            builder.tap(kind, *tensor);
        }
    }
    builder.tap(embedding, made[nodes].0);
    builder.finish().unwrap()
}

/// One operator on the newest tensor, an addition also on an older one; its output and quantization.
fn append(
    builder: &mut ModelBuilder<'_>,
    made: &[(TensorId, Quantization)],
    draw: &mut Draw,
) -> (TensorId, Quantization) {
    let (input, quantization) = made[made.len() - 1];
    let shape = builder.shape(input);
    let window = draw.window(shape.height, shape.width);
    let window_elements = window.kernel.map(usize::from).iter().product::<usize>();
    let channels = usize::from(shape.channels);
    let output = draw.quantization();
    let clamp = draw.clamp(output);
    let pool = Pool2d { input, window, clamp: draw.clamp(quantization) };
    match draw.within(0, 11) {
        0..=2 => {
            let out_channels = draw.within(1, 8) as u16;
            let filter = draw.filter(out_channels, window_elements * channels);
            (builder.conv2d(input, window, clamp, &filter, output), output)
        }
        3 | 4 => {
            let depth_multiplier = if channels > 8 { 1 } else { draw.within(1, 2) as u16 };
            let filter = draw.filter(shape.channels * depth_multiplier, window_elements);
            (builder.depthwise_conv2d(input, window, clamp, &filter, output), output)
        }
        5 => {
            let units = draw.within(1, 8) as u16;
            let filter = draw.filter(units, elements(shape));
            (builder.fully_connected(input, clamp, &filter, output), output)
        }
        6 => (builder.average_pool2d(pool), quantization),
        7 => (builder.max_pool2d(pool), quantization),
        8 => {
            let zero_point = draw.int8();
            (with_zero_point(builder, input, zero_point), Quantization { scale: 1.0 / 128.0, zero_point })
        }
        _ => {
            let of_this_shape: Vec<_> =
                made.iter().map(|(id, _)| *id).filter(|id| builder.shape(*id) == shape).collect();
            let other = of_this_shape[draw.within(0, of_this_shape.len() as i64 - 1) as usize];
            let left_shift = draw.within(0, 22) as u8;
            let [a, b, output_rescale] = draw.add_rescales(left_shift);
            let op = Add { inputs: [other, input], left_shift, input_rescale: [a, b], output_rescale, clamp };
            (builder.add(op, output), output)
        }
    }
}

proptest! {
    #![proptest_config(settings(2 * CASES))]

    #[test]
    fn random_graphs(height in 1_u16..=12, width in 1_u16..=12, channels in 1_u16..=6, nodes in 1_usize..=16, seed: u64) {
        let mut draw = Draw(seed);
        let shape = Shape::new(height, width, channels);
        let file = graph(shape, nodes, &mut draw);
        compare(&file, &draw.bytes(elements(shape)))?;
    }
}

/// The most tensors that one byte can number.
#[test]
fn a_graph_of_254_nodes() {
    let mut draw = Draw(0);
    let shape = Shape::new(9, 9, 2);
    let file = graph(shape, 254, &mut draw);
    assert_eq!(Model::parse(&file).unwrap().tensors().count(), 255);
    compare(&file, &draw.bytes(elements(shape))).unwrap();
}

/// The properties above compare something: most random graphs tell images apart.
#[test]
fn random_graphs_depend_on_their_image() {
    let shape = Shape::new(8, 8, 3);
    let varied = (0..100)
        .filter(|seed| {
            let mut draw = Draw(*seed);
            let file = graph(shape, 4, &mut draw);
            let model = Model::parse(&file).unwrap();
            let mut run = || dim_conformance::oracle::run(&model, &draw.bytes(elements(shape))).pop();
            let first = run();
            (0..9).any(|_| run() != first)
        })
        .count();
    assert!(varied >= 40, "only {varied} of 100 random graphs depend on their image");
}
