//! What only the whole of an encoder shows.

use super::error::{Fault, Problem};
use super::layers::Layers;
use super::taps::Taps;
use crate::architecture::{Architecture, Operator, Source};

/// Tensors have numbers of one byte, the image has 0, and 255 stands for none.
const MOST_LAYERS: usize = 254;
/// So that weights and activations stay well below the 4 GiB of a file and of an arena.
const MOST_NUMBERS: u64 = 1 << 30;

/// Checks that there is a layer before the embedding, and that a file can number all.
pub(super) fn check_count(layers: &Layers, at: usize) -> Result<(), Fault> {
    match layers.layers.len() {
        ..2 => Err(Fault::new(at, Problem::FewLayers)),
        many if many > MOST_LAYERS => Err(Fault::new(at, Problem::ManyLayers { layers: many, most: MOST_LAYERS })),
        _ => Ok(()),
    }
}

/// Checks that every layer is there for something, that the embedding is of the whole image, and what a file can hold.
pub(super) fn check(layers: &Layers, taps: Taps, architecture: &Architecture) -> Result<(), Fault> {
    let last = layers.layers.len() - 1;
    let of_layer = |layer: usize, problem| Fault::new(layers.at[layer], problem).in_layer(layers.label(layer));
    if layers.extents[last].crops > 1 {
        return Err(of_layer(last, Problem::OnCrops("the embedding")));
    }
    for tap in [taps.feature_map, taps.conv, taps.fc] {
        // Of those that were not named.
        if layers.extents[tap].crops > 1 {
            return Err(of_layer(tap, Problem::OnCrops("what is taken for a tap")));
        }
    }
    let mut is_read = vec![false; layers.layers.len()];
    for layer in &layers.layers {
        for source in [Some(layer.input), shortcut(layer.operator)].into_iter().flatten() {
            if let Source::Layer(index) = source {
                is_read[index] = true;
            }
        }
    }
    for tap in [taps.feature_map, taps.conv, taps.fc, last] {
        is_read[tap] = true;
    }
    if let Some(unread) = is_read.iter().position(|read| !read) {
        return Err(of_layer(unread, Problem::Unused));
    }
    // Of the layer with the most, which is the one to change.
    let limit = |what: &'static str, found: u64, most_of: Option<usize>| {
        let problem = Problem::Size { what, found, most: MOST_NUMBERS };
        if found <= MOST_NUMBERS { Ok(()) } else { Err(of_layer(most_of.unwrap_or(last), problem)) }
    };
    let weights = architecture.weights();
    let largest = (0..=last).max_by_key(|layer| weights[*layer]);
    limit("parameters", architecture.parameters() as u64, largest)?;
    let elements = |layer: usize| {
        let extent = layers.extents[layer];
        extent.shape.elements().saturating_mul(extent.crops as u64)
    };
    let largest = (0..=last).max_by_key(|layer| elements(*layer));
    let all = (0..=last).map(elements).fold(layers.image.elements(), u64::saturating_add);
    limit("activations", all, largest)
}

const fn shortcut(operator: Operator) -> Option<Source> {
    match operator {
        Operator::Add { shortcut } => Some(shortcut),
        _ => None,
    }
}
