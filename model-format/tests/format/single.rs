//! A committed file of format 1.3: one whose nodes round once.
//!
//! The file never changes. A change of the format adds another one beside it.

use dim_model_format::{FilterLayout, Model, Rounding};

use crate::draft::crc32;
use crate::paired;

pub(crate) const FILE: &[u8] = include_bytes!("../golden/single-1.3.dim");

#[test]
fn the_writer_gives_these_bytes() {
    assert_eq!(paired::write(FilterLayout::Paired, Rounding::Single), FILE);
}

/// One byte of the header says it, behind the name and five empty fields; version, identity and checksum follow from it.
#[test]
fn nothing_else_changes() {
    let rounding = 56 + 1 + "paired".len() + 5;
    let different: Vec<_> = (0..FILE.len()).filter(|index| FILE[*index] != paired::FILE[*index]).collect();
    let end = FILE.len() - 4;
    assert_eq!([FILE[10], paired::FILE[10], FILE[rounding], paired::FILE[rounding]], [3, 1, 1, 0]);
    let follows = |index: &usize| [10, rounding].contains(index) || (40..56).contains(index) || *index >= end;
    assert!(different.iter().all(follows), "{different:?}");
    assert_eq!(FILE[end..], crc32(&FILE[..end]).to_le_bytes());
}

#[test]
fn parsing_gives_what_was_written() {
    let model = Model::parse(FILE).unwrap();
    assert_eq!(model.graph().rounding, Rounding::Single);
    assert_eq!(model.format_version(), [1, 3]);
    assert_eq!(model.computed_identity().unwrap(), model.identity());
    assert_ne!(model.identity(), Model::parse(paired::FILE).unwrap().identity());
}
