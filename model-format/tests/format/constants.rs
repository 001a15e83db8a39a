//! Sizes that firmware reads at compile time, and files in a larger flash partition.

use dim_model_format::{FORMAT_MAJOR, FORMAT_MINOR, MAGIC, Model, arena_bytes, file_bytes, scratch_bytes};

use crate::golden::FILE;

const ARENA: usize = arena_bytes(FILE);
const LENGTH: usize = file_bytes(FILE);
static SCRATCH: [u8; scratch_bytes(FILE) + 1] = [0; scratch_bytes(FILE) + 1];

#[test]
fn sizes_are_constants() {
    assert_eq!([ARENA, LENGTH, SCRATCH.len()], [48, 395, 1]);
    assert_eq!([FORMAT_MAJOR, FORMAT_MINOR], [1, 7]);
    assert_eq!(MAGIC, [0x93, 0x44, 0x49, 0x4d, 0x0d, 0x0a, 0x1a, 0x0a]);
}

#[test]
fn each_size_has_its_offset() {
    let mut fixed = FILE[..56].to_vec();
    fixed[12..24].copy_from_slice(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    assert_eq!(
        [file_bytes(&fixed), arena_bytes(&fixed), scratch_bytes(&fixed)],
        [0x0403_0201, 0x0807_0605, 0x0c0b_0a09]
    );
}

#[test]
#[should_panic(expected = "shorter than the fixed part of a .dim file")]
fn a_short_constant() {
    arena_bytes(&FILE[..55]);
}

#[test]
#[should_panic(expected = "not a .dim file")]
fn a_constant_of_something_else() {
    arena_bytes(&[0x93; 56]);
}

#[test]
fn bytes_after_the_file_are_not_looked_at() {
    for after in [0, 0xff] {
        let partition = [FILE, &[after; 1000]].concat();
        let model = Model::parse(&partition).unwrap();
        assert_eq!(model.file_bytes(), FILE.len());
        assert!(model.layers().eq(Model::parse(FILE).unwrap().layers()));
    }
}

/// Nothing is read as a word, so a file may start anywhere in memory.
#[test]
fn a_file_at_an_odd_address() {
    let shifted = [&[0], FILE].concat();
    assert!(Model::parse(&shifted[1..]).is_ok());
}
