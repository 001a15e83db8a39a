//! Files of prototypes: every byte, what is refused, and which class is the nearest.

use dim_model_format::{Identity, Model, Nearest, Prototypes, PrototypesError, write_prototypes};
use proptest::prelude::*;

use crate::draft::crc32;
use crate::{golden, paired, settings, single};

const NAMES: [&str; 3] = ["a cat", "", "Größe"];
/// One unit, as the embedding of `paired::FILE` has.
const CODES: [[i8; 1]; 3] = [[-128], [5], [127]];

fn model(file: &[u8]) -> Model<'_> {
    Model::parse(file).unwrap()
}

fn write() -> Vec<u8> {
    let classes: Vec<_> = NAMES.into_iter().zip(CODES.iter().map(<[i8; 1]>::as_slice)).collect();
    write_prototypes(&model(paired::FILE), &classes).unwrap()
}

#[test]
fn every_byte() {
    let mut expected = b"\x93PRO\r\n\x1a\n".to_vec();
    expected.extend([1, 0, 3, 0, 1, 0, 15, 0]);
    expected.extend(&paired::FILE[40..56]);
    expected.extend([0x80, 5, 0x7f]);
    expected.extend("a cat\n\nGröße\n".as_bytes());
    expected.extend(crc32(&expected).to_le_bytes());
    assert_eq!(write(), expected);
}

#[test]
fn reading_gives_what_was_written() {
    let file = write();
    let model = model(paired::FILE);
    let prototypes = Prototypes::parse(&file, &model).unwrap();
    let classes: Vec<_> = prototypes.classes().map(|(name, codes)| (name, codes[0].cast_signed())).collect();
    assert_eq!(classes, [("a cat", -128), ("", 5), ("Größe", 127)]);
}

/// A file of the same numbers that round otherwise is another encoder, and its embeddings are not to be compared.
#[test]
fn another_encoder_is_refused() {
    let file = write();
    let other = model(single::FILE);
    let [stated, encoder] = [model(paired::FILE), other].map(|model| model.identity());
    let error = Prototypes::parse(&file, &other).unwrap_err();
    assert_eq!(error, PrototypesError::OtherEncoder { stated, encoder });
    assert_eq!(
        error.to_string(),
        format!(
            "the prototypes are of encoder {stated}, this is encoder {encoder}; embeddings of two encoders cannot be compared"
        )
    );
    // The same identity, but another number of units: no writer makes it.
    let other = model(golden::FILE);
    let mut forged = file;
    forged[16..32].copy_from_slice(&other.identity().0);
    let end = forged.len() - 4;
    let crc = crc32(&forged[..end]);
    forged[end..].copy_from_slice(&crc.to_le_bytes());
    assert_eq!(Prototypes::parse(&forged, &other), Err(PrototypesError::Units { stated: 1, encoder: 3 }));
}

#[test]
fn any_damage_is_refused() {
    let file = write();
    let model = model(paired::FILE);
    for length in 0..file.len() {
        assert_eq!(Prototypes::parse(&file[..length], &model), Err(PrototypesError::Malformed), "{length} bytes");
    }
    for bit in 0..8 * file.len() {
        let mut damaged = file.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(Prototypes::parse(&damaged, &model), Err(PrototypesError::Malformed), "bit {bit}");
    }
    // With a checksum that fits: version, classes, units, length of the names, a name that is not UTF-8, no last line feed.
    let end = file.len() - 4;
    for (at, value) in [(8, 2), (10, 0), (10, 2), (12, 0), (12, 2), (14, 14), (35, 0xff), (end - 1, b'x')] {
        let mut edited = file.clone();
        edited[at] = value;
        let crc = crc32(&edited[..end]);
        edited[end..].copy_from_slice(&crc.to_le_bytes());
        assert_eq!(Prototypes::parse(&edited, &model), Err(PrototypesError::Malformed), "{value} at {at}");
    }
}

#[test]
fn what_does_not_fit_is_not_written() {
    let model = model(paired::FILE);
    let codes: &[i8] = &[1];
    let many = vec![("", codes); 65_536];
    let long = "x".repeat(65_535);
    for classes in
        [&[][..], &[("a\nb", codes)], &[("a", &[1, 2][..])], &[("a", codes), ("b", &[])], &many, &[(&long, codes)]]
    {
        assert_eq!(write_prototypes(&model, classes), None);
    }
    assert!(write_prototypes(&model, &many[..65_535]).is_some());
}

#[test]
fn the_first_of_the_nearest() {
    let file = write();
    let model = model(paired::FILE);
    let prototypes = Prototypes::parse(&file, &model).unwrap();
    assert_eq!(
        prototypes.nearest(&[66]),
        Some(Nearest { class: 1, name: "", distance: 61 * 61 }),
        "66 is between 5 and 127"
    );
    assert_eq!(prototypes.nearest(&[67]), Some(Nearest { class: 2, name: "Größe", distance: 60 * 60 }));
    assert_eq!(prototypes.nearest(&[127]).unwrap().distance, 0);
    assert_eq!([prototypes.nearest(&[]), prototypes.nearest(&[1, 2])], [None, None]);
    assert_ne!(model.identity(), Identity([0; 16]));
}

proptest! {
    #![proptest_config(settings(300))]

    /// Against the distances in 64 bits.
    #[test]
    fn nearest_is_least(codes: Vec<[i8; 3]>, embedding: [i8; 3]) {
        prop_assume!(!codes.is_empty());
        let model = model(golden::FILE);
        let classes: Vec<_> = codes.iter().map(|codes| ("c", codes.as_slice())).collect();
        let file = write_prototypes(&model, &classes).unwrap();
        let found = Prototypes::parse(&file, &model).unwrap().nearest(&embedding).unwrap();
        let distance = |codes: &[i8; 3]| -> i64 {
            codes.iter().zip(embedding).map(|(code, value)| (i64::from(*code) - i64::from(value)).pow(2)).sum()
        };
        prop_assert_eq!(i64::from(found.distance), codes.iter().map(distance).min().unwrap());
        prop_assert_eq!(codes.iter().position(|codes| distance(codes) == i64::from(found.distance)), Some(found.class));
    }
}
