//! Runs a file both ways.

use dim_conformance::oracle::{self, Activation};
use dim_model_format::{Model, TapKind};
use dim_runtime::{Encoder, InstructionSet};
use proptest::test_runner::TestCaseError;

pub(crate) const TAPS: [TapKind; 4] = [TapKind::FeatureMap, TapKind::Conv, TapKind::Fc, TapKind::Embedding];

/// Fails unless the runtime, with every instruction set that this processor has, and the oracle agree in every byte of
/// every tensor, and the taps hold their tensors.
pub(crate) fn compare(file: &[u8], pixels: &[u8]) -> Result<(), TestCaseError> {
    compare_with_more(0, file, pixels)
}

/// As [`compare`], in an arena with so many bytes more than the file states.
pub(crate) fn compare_with_more(bytes: usize, file: &[u8], pixels: &[u8]) -> Result<(), TestCaseError> {
    let model = Model::parse(file).map_err(|error| TestCaseError::fail(format!("parse: {error}")))?;
    let tensors = oracle::run(&model, pixels);
    InstructionSet::available().try_for_each(|instructions| {
        compare_with(instructions, bytes, &model, pixels, &tensors)
            .map_err(|error| TestCaseError::fail(format!("{}: {error}", instructions.name())))
    })
}

fn compare_with(
    instructions: InstructionSet,
    more: usize,
    model: &Model<'_>,
    pixels: &[u8],
    tensors: &[Activation],
) -> Result<(), TestCaseError> {
    // What lies in the arena beforehand must not matter.
    let mut arena = vec![0x5a; model.arena_bytes() + more];
    let mut encoder = Encoder::new(model, &mut arena).unwrap().with_instructions(instructions);
    let mut observed = Vec::new();
    let output = encoder.encode_observed(pixels, |id, values| observed.push((id, values.to_vec()))).unwrap();
    assert_eq!(observed.len(), tensors.len());
    for ((id, found), (index, expected)) in observed.iter().zip(tensors.iter().enumerate()) {
        assert_eq!(usize::from(id.0), index);
        if let Some(index) = (0..expected.values.len()).find(|index| found.get(*index) != expected.values.get(*index)) {
            let [found, expected] = [found.get(index), expected.values.get(index)];
            let message = format!("tensor {} at {index}: runtime {found:?}, oracle {expected:?}", id.0);
            return Err(TestCaseError::fail(message));
        }
    }
    for kind in TAPS {
        let Some(id) = model.tap(kind) else {
            assert_eq!(output.tap(kind), None);
            continue;
        };
        let [found, expected] = [output.tap(kind).unwrap().values, &tensors[usize::from(id.0)].values];
        if let Some(index) = (0..expected.len()).find(|index| found.get(*index) != expected.get(*index)) {
            let [found, expected] = [found.get(index), expected.get(index)];
            let message = format!("{} at {index}: runtime {found:?}, oracle {expected:?}", kind.name());
            return Err(TestCaseError::fail(message));
        }
        assert_eq!(found.len(), expected.len());
    }
    Ok(())
}
