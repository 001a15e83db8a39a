//! What a file has, for messages.

use std::fmt::{self, Display};

use super::Tensor;

/// Tensors with their shapes, the first ones by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing(Vec<String>);

/// Tensors that are named; all of them would be too much for a line.
const LISTED: usize = 6;

impl Listing {
    pub(super) fn of(tensors: &[Tensor<'_>]) -> Self {
        Self(tensors.iter().map(|tensor| format!("{} {:?}", tensor.name, tensor.shape)).collect())
    }
}

impl Display for Listing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(tensors) = self;
        formatter.write_str(&tensors[..tensors.len().min(LISTED)].join(", "))?;
        match tensors.len().saturating_sub(LISTED) {
            0 => Ok(()),
            more => write!(formatter, " and {more} more, which --list shows"),
        }
    }
}
