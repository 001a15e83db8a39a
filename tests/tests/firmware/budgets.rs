//! The files of `tests/budgets/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::project;

/// Sizes of the least firmware in bytes; the encoder is not part of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Code {
    /// Start-up, runtime, parser, and the library's functions that move memory.
    pub(crate) text: u64,
    /// The same with convolutions by tiles.
    pub(crate) text_by_tiles: u64,
    /// Without, with the operators of ResNet-8 only.
    pub(crate) text_of_resnet8: u64,
    /// With both.
    pub(crate) text_of_resnet8_by_tiles: u64,
    /// Constants, of which 1024 are the table of the checksum.
    pub(crate) rodata: u64,
}

/// Instructions of one network on one processor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Instructions {
    /// Reading and checking the file.
    pub(crate) parse: u64,
    /// One image.
    pub(crate) total: u64,
    /// Bytes of stack for an image.
    pub(crate) stack: u64,
    /// `[tensor]`; the first one is the input's.
    pub(crate) layers: Vec<u64>,
}

/// By network.
pub(crate) type Processor = BTreeMap<String, Instructions>;

fn path(name: &str) -> PathBuf {
    project("tests/budgets").join(name).with_extension("toml")
}

pub(crate) fn read<T: DeserializeOwned>(name: &str) -> T {
    let file = fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("tests/budgets/{name}.toml: {error}"));
    toml::from_str(&file).unwrap_or_else(|error| panic!("tests/budgets/{name}.toml: {error}"))
}

pub(crate) fn write<T: Serialize>(name: &str, budget: &T) {
    fs::write(path(name), toml::to_string(budget).unwrap()).unwrap();
}
