//! An encoder as a text that people write: TOML, as docs/ENCODERS.md shows it.
//!
//! ```toml
//! name = "edge32"
//! input = [32, 32, 3]
//! layers = [
//!     { conv = { channels = 32, kernel = 3, stride = 2, padding = 1 } },
//!     { name = "feature_map", conv = { channels = 64, kernel = 3, stride = 2, padding = 1 } },
//!     { conv = { channels = 128, kernel = 3, stride = 2, padding = 1 } },
//!     { linear = 128 },
//!     { linear = 64 },
//! ]
//! taps = { feature_map = "feature_map" }
//! ```
//!
//! What is read here, trains, and becomes a file for a device unless it works on crops.

mod error;
mod fits;
mod layers;
mod operator;
mod table;
mod taps;
#[cfg(test)]
mod tests;
mod whole;
mod window;
mod write;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use dim_model_format::Shape;
use toml::Spanned;
use toml::de::DeTable;

use self::error::Fault;
pub use self::error::{DescriptionError, Problem};
use self::layers::Layers;
use self::table::Table;
use self::taps::Taps;
use super::Architecture;

const SHAPE: &str = "[height, width, channels], each from 1 to 65535";

impl Architecture {
    /// Reads a description from a file.
    ///
    /// # Errors
    /// Naming the file, the line, the layer and what to do.
    pub fn from_file(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        Self::from_toml(&text).with_context(|| path.display().to_string())
    }

    /// Reads a description.
    ///
    /// # Errors
    /// [`DescriptionError`].
    pub fn from_toml(text: &str) -> Result<Self, DescriptionError> {
        let table = DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            Fault::new(at, Problem::Syntax(error.message().replace('\n', " "))).in_text(text)
        })?;
        Self::from_table(table, text)
    }

    /// Reads a description that is a table of `text`.
    pub(crate) fn from_table(table: Spanned<DeTable<'_>>, text: &str) -> Result<Self, DescriptionError> {
        let at = table.span().start;
        let table = Table::new(at, table.into_inner(), &["name", "input", "layers", "taps"]);
        table.and_then(read).map_err(|fault| fault.in_text(text))
    }
}

fn read(mut table: Table<'_>) -> Result<Architecture, Fault> {
    let name = table.need("name", "name = \"mine\"")?.name()?.to_owned();
    let input = table.need("input", "input = [32, 32, 3]")?;
    let Some(&[height, width, channels]) = input.numbers(&(1..=65_535)).as_deref() else {
        return Err(input.refused(SHAPE));
    };
    let list = table.need("layers", "layers = [{ linear = 128 }, { linear = 64 }]")?;
    let at = list.at;
    let layers = Layers::read(Shape::new(height, width, channels), list)?;
    whole::check_count(&layers, at)?;
    let taps = Taps::read(table.take("taps"), &layers)?;
    let Taps { feature_map, conv, fc } = taps;
    let input = layers.image;
    let names = BTreeMap::new();
    let mut architecture = Architecture { name, input, layers: layers.layers.clone(), feature_map, conv, fc, names };
    architecture.names = layers.names().filter(|(layer, name)| *name != architecture.name_of(*layer)).collect();
    whole::check(&layers, taps, &architecture)?;
    Ok(architecture)
}
