//! A committed file of format 1.2: one with a proof.
//!
//! The file never changes. A change of the format adds another one beside it.

use dim_model_format::{Error, Model, PROOF_IMAGES, ProofDigest, ProofPixels, prove};

use crate::draft::{crc32, repair_checksum};
use crate::{golden, paired};

pub(crate) const FILE: &[u8] = include_bytes!("../golden/proven-1.2.dim");

/// Of its embeddings, 63 and 57, computed outside of this project from `docs/ARITHMETIC.md`.
const DIGEST: u32 = 0x4602_b0cb;

#[test]
fn the_writer_gives_these_bytes() {
    assert_eq!(prove(paired::FILE, DIGEST.try_into().unwrap()).unwrap(), FILE);
    assert_eq!(prove(FILE, DIGEST.try_into().unwrap()).unwrap(), FILE, "a proven file can be proven again");
}

#[test]
fn nothing_else_changes() {
    let mut expected = paired::FILE.to_vec();
    expected[10] = 2;
    expected[36..40].copy_from_slice(&DIGEST.to_le_bytes());
    repair_checksum(&mut expected);
    assert_eq!(FILE, expected);
    let [before, after] = [paired::FILE, FILE].map(|file| Model::parse(file).unwrap());
    assert_eq!(after.identity(), before.identity());
    assert_eq!([before.proof().map(u32::from), after.proof().map(u32::from)], [None, Some(DIGEST)]);
    assert_eq!(after.format_version(), [1, 2]);
}

#[test]
fn a_file_of_an_earlier_version_has_none() {
    for (file, minor) in [(golden::FILE, 0), (paired::FILE, 1)] {
        let mut file = file.to_vec();
        assert_eq!(file[10], minor);
        file[36] = 1;
        repair_checksum(&mut file);
        assert_eq!(Model::parse(&file).unwrap_err(), Error::BadLayout);
        file[10] = 2;
        repair_checksum(&mut file);
        assert_eq!(Model::parse(&file).unwrap().proof().map(u32::from), Some(1));
    }
    assert_eq!(prove(&FILE[1..], DIGEST.try_into().unwrap()), Err(Error::NotADimFile));
}

/// xorshift as it is written down, from 44494d31.
#[test]
fn the_pixels_are_those_of_the_generator() {
    let mut state = 0x4449_4d31_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 24) as u8
    };
    let mut pixels = ProofPixels::new();
    assert_eq!(PROOF_IMAGES, 2);
    let noise: Vec<u8> = pixels.next_image().take(1000).collect();
    assert_eq!(noise, (0..1000).map(|_| next()).collect::<Vec<_>>());
    let contrast: Vec<u8> = pixels.next_image().take(1000).collect();
    assert_eq!(contrast, (0..1000).map(|_| if next() < 128 { 0 } else { 255 }).collect::<Vec<_>>());
    assert!(contrast.contains(&0) && contrast.contains(&255));
}

#[test]
fn the_digest_is_a_crc_that_is_never_zero() {
    let digest = |parts: &[&[u8]]| {
        let mut digest = ProofDigest::new();
        parts.iter().for_each(|part| digest.update(part));
        digest.finish().get()
    };
    assert_eq!(digest(&[b"1234", b"56789"]), crc32(b"123456789"));
    assert_eq!(digest(&[b"123456789"]), 0xcbf4_3926, "the check value of CRC-32/ISO-HDLC");
    // Four bytes whose CRC is 0.
    let zero = [0xff; 4];
    assert_eq!(crc32(&zero), 0xffff_ffff);
    assert_eq!(crc32(&[0x9d, 0x0a, 0xd9, 0x6d]), 0, "found by inverting the register");
    assert_eq!(digest(&[&[0x9d, 0x0a, 0xd9, 0x6d]]), u32::MAX);
}
