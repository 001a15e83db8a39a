//! One edit of a sound file for each thing that a reader must refuse, with the error that names it.

mod graph;
mod layout;
mod newer;
mod nodes;
mod paired;

use std::collections::BTreeSet;

use dim_model_format::{Error, Model, NodeError, TensorError};

use crate::concatenation::FILE as CONCATENATION;
use crate::critic::FILE as CRITIC;
use crate::draft::Draft;
use crate::golden::FILE;
use crate::input_tables::FILE as INPUT_TABLES;
use crate::int4::FILE as INT4;
use crate::lookup::FILE as LOOKUP;
use crate::mean::FILE as MEAN;
use crate::mul::FILE as MUL;
use crate::paired::FILE as PAIRED;

const DOCUMENT: &str = include_str!("../../../FORMAT.md");
const ERRORS: &str = include_str!("../../../src/error.rs");
/// Errors that only a writer meets; `writer.rs` and `int4.rs` make them.
const FROM_THE_WRITER: [&str; 3] = ["Error::TooLarge", "NodeError::Filter", "NodeError::Int4"];

/// Another content, in a file that is sound around it; the error and its text.
type Edit = (fn(&mut Draft<'_>), Error, &'static str);

const fn tensor(tensor: usize, error: TensorError) -> Error {
    Error::Tensor { tensor, error }
}

const fn node(node: usize, error: NodeError) -> Error {
    Error::Node { node, error }
}

/// Every row of every table: a file, and what a reader must say to it.
fn rows() -> Vec<(Vec<u8>, Error, &'static str)> {
    let mut rows = layout::rows();
    for (edit, error, text) in graph::EDITS.iter().chain(nodes::EDITS) {
        let mut draft = Draft::of(FILE);
        edit(&mut draft);
        rows.push((draft.file(), *error, text));
    }
    let others = [
        (PAIRED, paired::EDITS),
        (PAIRED, newer::PAIRED),
        (INT4, newer::INT4),
        (MEAN, newer::MEAN),
        (LOOKUP, newer::LOOKUP),
        (CONCATENATION, newer::CONCATENATION),
        (MUL, newer::MUL),
        (CRITIC, newer::CRITIC),
        (INPUT_TABLES, newer::INPUT_TABLES),
    ];
    for (file, edits) in others {
        for (edit, error, text) in edits {
            let mut draft = Draft::of(file);
            edit(&mut draft);
            rows.push((draft.file(), *error, text));
        }
    }
    rows
}

#[test]
fn each_edit_is_refused_by_name() {
    for (index, (file, error, text)) in rows().into_iter().enumerate() {
        let found = Model::parse(&file).map(|_| ()).unwrap_err();
        assert_eq!((found, found.to_string().as_str()), (error, text), "row {index}");
    }
}

/// The edits change nothing else: the draft of the golden file is a sound file.
#[test]
fn an_unedited_draft_is_sound() {
    let file = Draft::of(FILE).file();
    let identity = 40..56;
    assert_eq!(file[..identity.start], FILE[..identity.start]);
    assert_eq!(file[identity.end..file.len() - 4], FILE[identity.end..FILE.len() - 4]);
    Model::parse(&file).unwrap();
}

#[test]
fn the_last_numbers_in_range_are_accepted() {
    for edit in nodes::IN_RANGE {
        let mut draft = Draft::of(FILE);
        edit(&mut draft);
        let file = draft.file();
        assert_ne!(file[56..], Draft::of(FILE).file()[56..]);
        Model::parse(&file).unwrap();
    }
}

/// `Enum::Variant` of an error, without its numbers.
fn name(error: &Error) -> String {
    let (of, debug) = match error {
        Error::Tensor { error, .. } => ("TensorError", format!("{error:?}")),
        Error::Node { error, .. } => ("NodeError", format!("{error:?}")),
        error => ("Error", format!("{error:?}")),
    };
    let variant = debug.split(|letter: char| !letter.is_alphanumeric()).next().unwrap();
    format!("{of}::{variant}")
}

/// The variants that `error.rs` declares, but for the two that wrap another.
fn declared() -> BTreeSet<String> {
    let mut of = "";
    let mut names = BTreeSet::new();
    for line in ERRORS.lines() {
        if let Some(declared) = line.strip_prefix("pub enum ") {
            of = declared.trim_end_matches(" {");
        }
        let variant = line.strip_prefix("    ").filter(|line| line.starts_with(char::is_uppercase));
        if let Some(variant) = variant.and_then(|line| line.split([' ', ',', '(']).next()) {
            names.insert(format!("{of}::{variant}"));
        }
    }
    assert!(names.remove("Error::Tensor") && names.remove("Error::Node"));
    names
}

#[test]
fn every_error_has_a_row_and_is_documented() {
    let mut tested: BTreeSet<_> = rows().iter().map(|(_, error, _)| name(error)).collect();
    tested.extend(FROM_THE_WRITER.map(String::from));
    assert_eq!(tested, declared());
    for name in tested {
        assert!(DOCUMENT.contains(&format!("`{name}`")), "docs/FORMAT.md does not name {name}");
    }
}
