//! The two engines of this machine.

use anyhow::ensure;
use dim_model_format::{Model, TapKind};
use dim_runtime::Encoder;
use rayon::prelude::*;

use crate::data::Images;

/// What an engine computed for one image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outputs {
    /// `[units]`
    pub embedding: Vec<i8>,
    /// `[height, width, channels]`; empty if the encoder taps none.
    pub feature_map: Vec<i8>,
}

/// Computes all images with dim-runtime.
///
/// # Errors
/// If there is no image, or the images do not have the encoder's shape.
pub fn runtime(model: &Model<'_>, images: &Images) -> anyhow::Result<Vec<Outputs>> {
    check(model, images)?;
    let mut arena = vec![0; model.arena_bytes()];
    let mut encoder = Encoder::new(model, &mut arena)?;
    let outputs = (0..images.len()).map(|index| {
        let output = encoder.encode(images.image(index))?;
        let feature_map = output.feature_map().map_or_else(Vec::new, |map| map.values.to_vec());
        Ok(Outputs { embedding: output.embedding().values.to_vec(), feature_map })
    });
    outputs.collect()
}

/// Whether dim-runtime computes on this machine what the file states of itself; nothing for a file that states nothing.
pub(super) fn proven(model: &Model<'_>) -> Option<bool> {
    model.proof()?;
    let mut arena = vec![0; model.arena_bytes()];
    Some(Encoder::new(model, &mut arena).and_then(|mut encoder| encoder.prove()).is_ok())
}

/// Computes all images with the oracle of dim-conformance.
///
/// # Errors
/// If there is no image, or the images do not have the encoder's shape.
pub fn oracle(model: &Model<'_>, images: &Images) -> anyhow::Result<Vec<Outputs>> {
    check(model, images)?;
    let outputs = (0..images.len()).into_par_iter().map(|index| {
        let tensors = dim_conformance::oracle::run(model, images.image(index));
        let tapped = |kind| {
            let tensor = model.tap(kind).map(|id| &tensors[usize::from(id.0)]);
            tensor.map_or_else(Vec::new, |tensor| tensor.values.clone())
        };
        Outputs { embedding: tapped(TapKind::Embedding), feature_map: tapped(TapKind::FeatureMap) }
    });
    Ok(outputs.collect())
}

fn check(model: &Model<'_>, images: &Images) -> anyhow::Result<()> {
    ensure!(!images.is_empty(), "there are no images to compare");
    let [given, taken] = [images.shape, model.input_shape()];
    ensure!(given == taken, "the images are {given}, the encoder takes {taken}: give images of that shape");
    Ok(())
}
