//! The JSON of `dim compare --json`.

use serde::Serialize;

use super::table::{Accuracies, Measures, Table};

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
pub(super) struct Comparison {
    pub(super) dataset: String,
    /// Where the rows of the paper come from.
    pub(super) paper: String,
    /// Accuracies, one table for each classifier.
    pub(super) tables: Vec<Table<Accuracies>>,
    /// Measures of the embedding that are no accuracies.
    pub(super) measures: Table<Measures>,
}
