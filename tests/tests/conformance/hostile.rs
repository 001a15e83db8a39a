//! Files that nobody meant to write: whatever `Model::parse` lets through, the runtime runs, and as the oracle does.

use dim_model_format::{Identity, Model, Node, Shape};
use proptest::prelude::*;

use crate::compare::compare;
use crate::settings;
use dim_conformance::draw::{Draw, elements};
use dim_conformance::graphs::chain;

/// What a mutated file may ask for and still be run here: bytes of arena, and steps of the oracle's inner loops.
const LARGEST_ARENA: usize = 1 << 20;
const MOST_STEPS: u64 = 1 << 20;

/// States the checksum of the bytes as they are, so that parsing goes on to the checks behind it.
fn fix_checksum(file: &mut [u8]) {
    let (body, stated) = file.split_last_chunk_mut::<4>().unwrap();
    let crc = body.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    });
    *stated = (!crc).to_le_bytes();
}

/// Runs a file if it parses and is not too large, and returns the identity of what ran.
fn run(file: &[u8], draw: &mut Draw) -> Result<Option<Identity>, TestCaseError> {
    let Ok(model) = Model::parse(file) else { return Ok(None) };
    if model.arena_bytes() > LARGEST_ARENA || steps(&model) > MOST_STEPS {
        return Ok(None);
    }
    compare(file, &draw.bytes(elements(model.input_shape())))?;
    Ok(model.computed_identity().ok())
}

/// Elements that the windows of all operators cover, which for poolings `Model::macs` does not count.
fn steps(model: &Model<'_>) -> u64 {
    let covered = |node: &Node| node.window().map_or(1, |window| window.kernel.map(u64::from).iter().product());
    let pooled: u64 = model.layers().map(|(node, output)| output.shape.elements() * covered(&node)).sum();
    pooled + model.macs()
}

/// Every value of every byte before the weights, one at a time.
#[test]
fn every_single_byte() {
    let mut draw = Draw(11);
    let file = chain(Shape::new(4, 3, 2), 7, &mut draw);
    let model = Model::parse(&file).unwrap();
    let header = model.file_bytes() - model.weight_bytes() - 4;
    let mut other_graphs = 0;
    for position in 0..header {
        for value in 0..=255 {
            let mut mutated = file.clone();
            mutated[position] = value;
            fix_checksum(&mut mutated);
            let identity = run(&mutated, &mut draw).unwrap();
            other_graphs += u32::from(identity.is_some_and(|identity| identity != model.identity()));
        }
    }
    assert!(other_graphs > 5000, "only {other_graphs} mutated graphs were run");
}

proptest! {
    #![proptest_config(settings(20_000))]

    /// Several bytes at a time, anywhere.
    #[test]
    fn several_bytes(
        nodes in 1_usize..=6,
        seed in 0_u64..64,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..5),
    ) {
        let mut draw = Draw(seed);
        let mut file = chain(Shape::new(4, 5, 2), nodes, &mut draw);
        for (position, value, nearby) in edits {
            let byte = position.index(file.len());
            // A small change keeps more files alive than a random byte.
            file[byte] = if nearby { file[byte].wrapping_add_signed((value % 5) as i8 - 2) } else { value };
        }
        fix_checksum(&mut file);
        run(&file, &mut draw)?;
    }
}
