//! Damaged and random bytes: refused, or a model of which everything can be read. Nothing panics.

use dim_model_format::{Error, Model};
use proptest::prelude::*;

use crate::draft::{Draft, repair_checksum};
use crate::golden::FILE;
use crate::settings;

/// Reads all that a model gives away; the number keeps the optimizer from leaving it out.
fn walk(model: &Model<'_>) -> u64 {
    let mut seen = model.macs() + model.about().name.chars().count() as u64 + model.input_shape().elements();
    assert!(model.computed_identity().is_ok());
    for tensor in model.tensors() {
        assert!(tensor.arena_range().end <= model.arena_bytes());
    }
    for (node, output) in model.layers() {
        let inputs = node.inputs().map(|input| model.tensor(input).shape.elements()).sum::<u64>();
        let window = node.window().map_or(0, |window| u64::from(window.kernel[0]));
        seen += inputs + window + model.node_macs(&node, output.shape) + node.name().len() as u64;
        assert!(node.clamp().min <= node.clamp().max);
        if let Some(parameters) = model.parameters(&node, output.shape) {
            assert_eq!(parameters.channels().len(), usize::from(output.shape.channels));
            seen += parameters.channels().map(|channel| u64::from(channel.bias.unsigned_abs())).sum::<u64>();
            seen += parameters.filter.iter().map(|weight| u64::from(*weight)).sum::<u64>();
        }
    }
    let taps = model.taps().map(|tap| model.tensor(tap.tensor).shape.elements() + tap.kind.name().len() as u64);
    seen + taps.sum::<u64>()
}

/// Whether the bytes parse; if so, all of the model can be read.
fn parses(bytes: &[u8]) -> bool {
    let model = Model::parse(bytes);
    std::hint::black_box(model.as_ref().map(walk)).is_ok()
}

#[test]
fn every_truncation_is_refused() {
    assert!(parses(FILE));
    for length in 0..FILE.len() {
        let expected = match length {
            0..8 => Error::NotADimFile,
            8..56 => Error::Truncated { needed: 56, got: length },
            _ => Error::Truncated { needed: FILE.len(), got: length },
        };
        assert_eq!(Model::parse(&FILE[..length]).unwrap_err(), expected);
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    for bit in 0..8 * FILE.len() {
        let mut file = FILE.to_vec();
        file[bit / 8] ^= 1 << (bit % 8);
        let error = Model::parse(&file).unwrap_err();
        let is_expected = match bit / 8 {
            0..8 => error == Error::NotADimFile,
            // Versions 1.1, 1.2 and 1.4 are known.
            10 if bit % 8 < 3 => matches!(error, Error::Checksum { .. }),
            8..12 => matches!(error, Error::UnsupportedVersion { .. }),
            // The length of the file, and those that must add up to it.
            12..16 | 24..40 => matches!(error, Error::BadLayout | Error::Truncated { .. } | Error::Checksum { .. }),
            _ => matches!(error, Error::Checksum { .. }),
        };
        assert!(is_expected, "bit {} of byte {}: {error}", bit % 8, bit / 8);
    }
}

/// Every value of every byte, with the checksum put right.
#[test]
fn every_byte_with_a_repaired_checksum() {
    let mut parsed = 0;
    for position in 0..FILE.len() - 4 {
        for value in 0..=255 {
            let mut file = FILE.to_vec();
            file[position] = value;
            repair_checksum(&mut file);
            parsed += u32::from(parses(&file));
        }
    }
    // Most bytes are weights, text, zero points, clamps: about half of all files are models.
    assert!(parsed > 30_000, "only {parsed} files were walked");
}

/// The same bytes, some of them replaced.
fn edited(mut bytes: Vec<u8>, edits: &[(prop::sample::Index, u8)]) -> Vec<u8> {
    for (position, value) in edits {
        *position.get_mut(&mut bytes) = *value;
    }
    bytes
}

proptest! {
    #![proptest_config(settings(20_000))]

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(!parses(&bytes));
    }

    /// The fixed part and the checksum are right, what is between is not.
    #[test]
    fn random_header_and_weights(
        header in prop::collection::vec(any::<u8>(), 0..200),
        weights in prop::collection::vec(any::<u8>(), 0..50),
        arena_bytes: u32,
    ) {
        let file = Draft { weights, arena_bytes, ..Draft::of(FILE) }.file_with(&header);
        prop_assert!(!parses(&file));
    }

    /// Sizes that lie.
    #[test]
    fn random_fixed_part(fields in prop::array::uniform7(prop_oneof![any::<u32>(), 0..500_u32])) {
        let mut file = FILE.to_vec();
        for (bytes, field) in file[12..40].chunks_mut(4).zip(fields) {
            bytes.copy_from_slice(&field.to_le_bytes());
        }
        if let Some(stated) = file.get_mut(..(fields[0] as usize).max(56)) {
            repair_checksum(stated);
        }
        parses(&file);
    }

    /// Lists of records that are well formed, of numbers that are not.
    #[test]
    fn random_records(
        tensors in prop::collection::vec(any::<u8>(), 0..100),
        nodes in prop::collection::vec(0..8_u8, 0..100),
        taps in prop::collection::vec(0..8_u8, 0..10),
    ) {
        let draft = Draft::of(FILE);
        parses(&draft.file_with(&draft.header(&tensors, &nodes, &taps)));
    }

    /// Several bytes of the lists at a time.
    #[test]
    fn edited_records(edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), list in 0..3) {
        let draft = Draft::of(FILE);
        let mut lists = [
            crate::draft::records(&draft.tensors),
            crate::draft::records(&draft.nodes),
            crate::draft::records(&draft.taps),
        ];
        let chosen = &mut lists[usize::try_from(list).unwrap()];
        *chosen = edited(std::mem::take(chosen), &edits);
        let [tensors, nodes, taps] = &lists;
        parses(&draft.file_with(&draft.header(tensors, nodes, taps)));
    }

    /// Any bytes of the whole file, with the checksum put right.
    #[test]
    fn edited_file(edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5)) {
        let mut file = edited(FILE.to_vec(), &edits);
        repair_checksum(&mut file);
        parses(&file);
    }
}
