//! The part of an encoder that turns local features into a vector.

use std::collections::BTreeMap;

use super::{Architecture, Layer, Operator, Source};

impl Architecture {
    /// What follows the local feature map, as an encoder of feature maps, with a last layer of `units` instead of
    /// the embedding's.
    ///
    /// Only what is computed from the feature map alone stays: a sum with something from before it is its other side.
    pub fn after_feature_map(&self, name: &str, units: u16) -> Self {
        let mut layers: Vec<Layer> = Vec::new();
        // Where the output of each of this architecture's layers is in the new one.
        let mut sources = vec![None; self.feature_map];
        sources.push(Some(Source::Image));
        for layer in &self.layers[self.feature_map + 1..self.layers.len() - 1] {
            let source = |source| match source {
                Source::Image => None,
                Source::Layer(index) => sources[index],
            };
            let (input, operator) = match (source(layer.input), layer.operator) {
                (Some(input), Operator::Add { shortcut }) => match source(shortcut) {
                    Some(shortcut) => (Some(input), Some(Operator::Add { shortcut })),
                    None => (Some(input), None),
                },
                (None, Operator::Add { shortcut }) => (source(shortcut), None),
                (input, operator) => (input, Some(operator)),
            };
            sources.push(match (input, operator) {
                (Some(input), Some(operator)) => {
                    layers.push(Layer { input, operator, ..*layer });
                    Some(Source::Layer(layers.len() - 1))
                }
                (input, _) => {
                    if let Some(Source::Layer(side)) = input {
                        layers[side].relu |= layer.relu;
                    }
                    input
                }
            });
        }
        let input = sources.last().copied().flatten().unwrap_or(Source::Image);
        layers.push(Layer { input, operator: Operator::Linear { units }, norm: false, relu: false, dropout: false });
        let image = self.extents()[self.feature_map].shape;
        Self { name: name.to_owned(), input: image, layers, feature_map: 0, conv: 0, fc: 0, names: BTreeMap::new() }
    }
}
