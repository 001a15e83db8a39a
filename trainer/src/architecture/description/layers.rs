//! The list of layers: names become numbers, and each layer is checked with what it reads.

use std::collections::BTreeMap;

use dim_model_format::Shape;

use super::error::{Fault, Problem};
use super::fits;
use super::operator::{OPERATORS, operator};
use super::table::{Table, Value};
use crate::architecture::extent::{extent_of, output};
use crate::architecture::{Extent, Layer, Operator, Source};
use crate::spelling::nearest;

/// What `from` and `add` call the image by.
const IMAGE: &str = "image";

/// The layers so far.
#[derive(Debug)]
pub(super) struct Layers {
    pub(super) image: Shape,
    pub(super) layers: Vec<Layer>,
    /// Output of each.
    pub(super) extents: Vec<Extent>,
    /// Byte of the text at which each begins.
    pub(super) at: Vec<usize>,
    names: BTreeMap<String, usize>,
}

impl Layers {
    /// Reads all tables of a list.
    pub(super) fn read(image: Shape, list: Value<'_>) -> Result<Self, Fault> {
        let mut read = Self { image, layers: Vec::new(), extents: Vec::new(), at: Vec::new(), names: BTreeMap::new() };
        let known = [&["name", "from", "norm", "relu", "dropout"], &OPERATORS[..]].concat();
        let tables = list.list()?;
        let count = tables.len();
        for (index, table) in tables.into_iter().enumerate() {
            let name = table.name_inside().map(str::to_owned);
            let pushed = table.table(&known).and_then(|table| read.push(table, index + 1 == count));
            pushed.map_err(|fault| fault.in_layer(label(index, name.as_deref())))?;
        }
        Ok(read)
    }

    /// What to call a layer in a message.
    pub(super) fn label(&self, index: usize) -> String {
        let name = self.names.iter().find(|(_, layer)| **layer == index);
        label(index, name.map(|(name, _)| name.as_str()))
    }

    /// Every layer with a name.
    pub(super) fn names(&self) -> impl Iterator<Item = (usize, String)> {
        self.names.iter().map(|(name, layer)| (*layer, name.clone()))
    }

    /// The layer that a value names.
    pub(super) fn named(&self, value: &Value<'_>) -> Result<usize, Fault> {
        let name = value.name()?;
        self.names.get(name).copied().ok_or_else(|| {
            let remedy = match nearest(name, self.names.keys().map(String::as_str)) {
                Some(nearest) => format!("did you mean {nearest:?}?"),
                None => "give the one that you mean a `name`".to_owned(),
            };
            Fault::new(value.at, Problem::NoSuchLayer { key: value.key, name: name.to_owned(), remedy })
        })
    }

    fn source(&self, value: &Value<'_>) -> Result<Source, Fault> {
        if value.text() == Some(IMAGE) { Ok(Source::Image) } else { self.named(value).map(Source::Layer) }
    }

    fn extent(&self, source: Source) -> Extent {
        extent_of(source, self.image, &self.extents)
    }

    fn push(&mut self, mut table: Table<'_>, is_last: bool) -> Result<(), Fault> {
        let at = table.at;
        let input = match table.take("from") {
            Some(value) => self.source(&value)?,
            None => self.layers.len().checked_sub(1).map_or(Source::Image, Source::Layer),
        };
        let (key, operator) = operator(&mut table, self.extent(input), |value| self.source(value))?;
        let is_usual = operator.is_weighted() && !is_last;
        let [norm, relu] = ["norm", "relu"].map(|flag| table.flag(flag, is_usual));
        let layer = Layer { input, operator, norm: norm?, relu: relu?, dropout: table.flag("dropout", false)? };
        check_flags(&layer, key).map_err(|problem| Fault::new(at, problem))?;
        fits::check(&layer, |source| self.extent(source)).map_err(|problem| Fault::new(at, problem))?;
        if let Some(value) = table.take("name") {
            let name = value.name()?.to_owned();
            if name == IMAGE || self.names.contains_key(&name) {
                return Err(Fault::new(value.at, Problem::NameTaken(name)));
            }
            self.names.insert(name, self.layers.len());
        }
        self.extents.push(output(operator, self.extent(input)));
        self.layers.push(layer);
        self.at.push(at);
        Ok(())
    }
}

fn label(index: usize, name: Option<&str>) -> String {
    name.map_or_else(|| index.to_string(), |name| format!("{index} ({name})"))
}

fn check_flags(layer: &Layer, operator: &'static str) -> Result<(), Problem> {
    if !layer.operator.is_weighted() {
        for (flag, key) in [(layer.norm, "norm"), (layer.dropout, "dropout")] {
            if flag {
                return Err(Problem::Weightless { key, operator });
            }
        }
    }
    match layer.operator {
        Operator::Unfold { .. } | Operator::Fold { .. } if layer.relu => Err(Problem::Rearranging(operator)),
        _ => Ok(()),
    }
}
