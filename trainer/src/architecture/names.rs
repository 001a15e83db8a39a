//! What layers are called by.

use std::iter::successors;

use super::{Architecture, Extent};

impl Architecture {
    /// What a layer is called by: its name in the description, or else the tap that it is, or else `layerN` with its number,
    /// counted from 0.
    pub fn name_of(&self, layer: usize) -> String {
        if let Some(name) = self.names.get(&layer) {
            return name.clone();
        }
        let taps = [(self.feature_map, "feature_map"), (self.conv, "conv"), (self.fc, "fc")];
        let tap = taps.into_iter().find(|(tap, _)| *tap == layer).map(|(_, name)| name.to_owned());
        let numbered = successors(Some(format!("layer{layer}")), |name| Some(format!("{name}_")));
        let is_free = |name: &String| !self.names.values().any(|taken| taken == name);
        tap.into_iter().chain(numbered).find(is_free).expect("there are fewer layers than names")
    }

    /// The layer that is called so.
    pub fn layer_named(&self, name: &str) -> Option<usize> {
        (0..self.layers.len()).find(|layer| self.name_of(*layer) == name)
    }

    /// Layers that can be local maps beside the tap: those with rows or columns, of the whole image.
    pub fn other_maps(&self) -> Vec<usize> {
        let has_cells = |Extent { shape, crops }: &Extent| *crops == 1 && shape.height.max(shape.width) > 1;
        let extents = self.extents();
        let before_last = extents[..self.layers.len() - 1].iter().enumerate();
        let maps = before_last.filter(|(layer, extent)| *layer != self.feature_map && has_cells(extent));
        maps.map(|(layer, _)| layer).collect()
    }
}
