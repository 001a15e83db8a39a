//! Whatever parses runs: without a panic, inside of its memory, and to the bits of the oracle.
#![no_main]

use dim_conformance::oracle;
use dim_fuzz::repaired;
use dim_model_format::{Model, Node};
use dim_runtime::Encoder;
use libfuzzer_sys::fuzz_target;

/// A fuzzer learns nothing from a model that takes seconds.
const MOST_WORK: u64 = 1 << 16;
const MOST_MEMORY: usize = 1 << 16;

fuzz_target!(|bytes: &[u8]| {
    let file = repaired(bytes);
    let Ok(model) = Model::parse(&file) else { return };
    if model.arena_bytes() > MOST_MEMORY || work(&model) > MOST_WORK {
        return;
    }
    // Pixels from the bytes, so that the fuzzer chooses them too.
    let length = usize::try_from(model.input_shape().elements()).expect("the image fits the arena");
    let pixels: Vec<u8> = bytes.iter().rev().copied().cycle().take(length).collect();
    let mut arena = vec![0x55; model.arena_bytes()];
    let mut encoder = Encoder::new(&model, &mut arena).expect("the arena has the stated size");
    let expected = oracle::run(&model, &pixels);
    let found = encoder
        .encode_observed(&pixels, |id, values| assert_eq!(values, expected[usize::from(id.0)].values))
        .expect("the image has the stated size");
    assert_eq!(found.embedding().values.len() as u64, found.embedding().shape.elements());
    let _ = encoder.prove();
});

/// Products and comparisons of a run.
fn work(model: &Model<'_>) -> u64 {
    let of = |(node, output): (Node, dim_model_format::Tensor)| {
        let window = node.window().map_or(1, |window| window.kernel.iter().map(|extent| u64::from(*extent)).product());
        model.node_macs(&node, output.shape).max(window * output.shape.elements())
    };
    model.layers().map(of).sum()
}
