//! What a fine-tuned encoder brings along: the arithmetic that it has learned in.

use super::Range;
use crate::settings::Integers;

/// What decides the integers of a file, whatever the weights are.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceArithmetic {
    /// Of each layer's output.
    pub ranges: Vec<Range>,
    /// How numbers become integers.
    pub integers: Integers,
}
