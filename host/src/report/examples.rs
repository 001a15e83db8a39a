//! Images that a page which computes shows, and compares others with.

use anyhow::ensure;
use dim_model_format::Model;

use super::live::Example;
use crate::data::{Dataset, Images};
use crate::representation::encode_all;

/// More make the page slow to open.
const MOST_EXAMPLES: usize = 400;

/// The first images of each class that were held out or, where none were, of those to learn from.
/// # Errors
/// If they would be more than a page opens quickly with, or the images do not have the model's shape.
pub fn examples(model: &Model<'_>, dataset: &Dataset, count: usize) -> anyhow::Result<Vec<Example>> {
    let images = dataset.shown();
    let labels = images.labels.as_deref();
    let classes = if labels.is_some() { dataset.classes.len() } else { 1 };
    let mut taken = vec![0; classes];
    let mut chosen: Vec<usize> = Vec::new();
    for index in 0..images.len() {
        let class = labels.map_or(0, |labels| usize::from(labels[index]));
        if taken[class] < count {
            taken[class] += 1;
            chosen.push(index);
        }
    }
    ensure!(
        chosen.len() <= MOST_EXAMPLES,
        "--count {count}: {} examples of {classes} classes, {MOST_EXAMPLES} are the most; give a smaller one",
        chosen.len()
    );
    if let Some(labels) = labels {
        chosen.sort_by_key(|index| labels[*index]);
    }
    let pixels = chosen.iter().flat_map(|index| images.image(*index)).copied().collect();
    let shown = Images { pixels, ..Images::none(images.shape) };
    let embeddings = encode_all(model, &shown, |output| output.embedding().values.to_vec())?;
    let example = |(at, embedding): (usize, Vec<i8>)| Example {
        class: labels.map_or_else(String::new, |labels| dataset.classes[usize::from(labels[chosen[at]])].clone()),
        pixels: shown.image(at).to_vec(),
        embedding,
    };
    Ok(embeddings.into_iter().enumerate().map(example).collect())
}
