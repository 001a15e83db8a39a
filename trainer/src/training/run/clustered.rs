//! What a run keeps of a file of embeddings whose clusters it learns.

use std::path::Path;

use anyhow::Context;
use dim_host::embeddings::features_from_npy;
use dim_host::hexadecimal::hexadecimal;
use dim_host::representation::Features;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A file without its numbers: enough to tell it from others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clustered {
    /// Its name.
    pub file: String,
    /// Rows.
    pub images: usize,
    /// Numbers of a row.
    pub units: usize,
    /// Of all its bytes, in hexadecimal.
    pub sha256: String,
}

/// All rows of a file.
pub(super) fn read(path: &Path) -> anyhow::Result<(Features, Clustered)> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    let features = features_from_npy(&bytes).with_context(|| path.display().to_string())?;
    let file = Clustered {
        file: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        images: features.count(),
        units: features.width,
        sha256: hexadecimal(&Sha256::digest(&bytes)),
    };
    Ok((features, file))
}
