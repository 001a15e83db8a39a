//! Where weights are from that were not learned here.

use serde::{Deserialize, Serialize};

/// Where the weights are from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Name of the file.
    pub file: String,
    /// Of its bytes, in hexadecimal.
    pub sha256: String,
}

impl Imported {
    /// In place of an objective.
    pub(in crate::training) fn objective(&self) -> String {
        let Self { file, sha256 } = self;
        format!("imported ({file}, sha256 {sha256:.16})")
    }
}
