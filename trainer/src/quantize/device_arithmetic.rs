//! What decides the integers of a device, and what a fine-tuned encoder brings along of it.

use super::Range;
use crate::settings::Integers;

/// What decides the integers of a file, whatever the weights are.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceArithmetic {
    /// Of each layer's output.
    pub ranges: Vec<Range>,
    /// How numbers become integers.
    pub integers: Integers,
    /// Range of embeddings that were whitened when all was learned, in the place of the last of `ranges`. Their layer never
    /// learned with weights of four bits, so it has eight.
    pub whitened: Option<Range>,
}

impl DeviceArithmetic {
    /// That of an encoder whose embeddings are as it learned them.
    pub const fn new(ranges: Vec<Range>, integers: Integers) -> Self {
        Self { ranges, integers, whitened: None }
    }
}
