//! Any bytes are a model or an error, and a model answers every question.
#![no_main]

use dim_fuzz::repaired;
use dim_model_format::{Model, signer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Model::parse(bytes);
    let _ = signer(bytes);
    let file = repaired(bytes);
    let Ok(model) = Model::parse(&file) else { return };
    assert!(model.scratch_bytes() <= model.arena_bytes() && model.file_bytes() == file.len());
    let mut macs = 0_u64;
    for (node, output) in model.layers() {
        macs += model.node_macs(&node, output.shape);
        let inputs = node.inputs().map(|id| model.tensor(id));
        for tensor in inputs.chain([output]) {
            assert!(tensor.arena_range().end <= model.activation_bytes());
        }
        if let Some(parameters) = model.parameters(&node, output.shape) {
            assert_eq!(parameters.channels().count(), usize::from(output.shape.channels));
        }
    }
    assert_eq!(macs, model.macs());
    for tap in model.taps() {
        assert_eq!(model.tap(tap.kind), Some(tap.tensor));
    }
    model.computed_identity().expect("a parsed graph can be written again");
});
