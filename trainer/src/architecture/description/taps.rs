//! Where representations are taken.

use super::error::{Fault, Problem};
use super::layers::Layers;
use super::table::{Table, Value};
use crate::architecture::Extent;

/// Layers whose outputs are taken, beside the last one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taps {
    pub(super) feature_map: usize,
    pub(super) conv: usize,
    pub(super) fc: usize,
}

impl Taps {
    /// Of two layers or more. What is left out is `fc` the layer before the last, `conv` the last one before it with rows
    /// or columns, and `feature_map` what `conv` is.
    pub(super) fn read(table: Option<Value<'_>>, layers: &Layers) -> Result<Self, Fault> {
        let before_last = layers.layers.len() - 2;
        let has_cells = |layer: &usize| matches!(layers.extents[*layer], Extent { shape, crops: 1 } if shape.height.max(shape.width) > 1);
        let last_map = (0..=before_last).rev().find(has_cells).unwrap_or(before_last);
        let Some(value) = table else { return Ok(Self { feature_map: last_map, conv: last_map, fc: before_last }) };
        let mut table = value.table(&["feature_map", "conv", "fc"])?;
        let feature_map = tap(&mut table, "feature_map", layers)?;
        let conv = tap(&mut table, "conv", layers)?.unwrap_or(last_map);
        let fc = tap(&mut table, "fc", layers)?.unwrap_or(before_last);
        Ok(Self { feature_map: feature_map.unwrap_or(conv), conv, fc })
    }
}

fn tap(table: &mut Table<'_>, key: &'static str, layers: &Layers) -> Result<Option<usize>, Fault> {
    let Some(value) = table.take(key) else { return Ok(None) };
    let layer = layers.named(&value)?;
    let problem = match layers.extents[layer] {
        _ if layer + 1 == layers.layers.len() => Problem::LastTap(key),
        Extent { crops: 2.., .. } => Problem::OnCrops(key),
        _ => return Ok(Some(layer)),
    };
    Err(Fault::new(value.at, problem))
}
