//! What the demo's report shows, from metrics and int8 outputs.

use std::f64::consts::LN_2;

use dim_model_format::{Model, TapKind};

use super::Summary;
use crate::data::Dataset;
use crate::evaluation::{Features, TapAccuracies, embedding_map, encode_all, real, similarity_map};
use crate::report::{AccuracyRow, Curve, MapPoint, Similarity};
use crate::training::Metrics;

/// Test images on the map.
const MAP_IMAGES: usize = 1000;
/// Points of a curve; neighbouring steps are averaged.
const CURVE_POINTS: usize = 200;

pub(super) fn curves(metrics: &[Metrics]) -> Vec<Curve> {
    let line = |label: &str, of: fn(&Metrics) -> Option<f32>| (label.to_owned(), smoothed(metrics, of));
    vec![
        Curve {
            title: "Local mutual information (nats)".to_owned(),
            caption: "Jensen-Shannon estimate between embeddings and local features; 0 says nothing, 2 ln 2 is the ceiling.".to_owned(),
            reference: Some((2.0 * LN_2, "2 ln 2".to_owned())),
            lines: vec![line("information", |metrics| metrics.local_information)],
        },
        Curve {
            title: "Loss of encoder and critic".to_owned(),
            caption: "Minus the information, plus gamma times the prior term.".to_owned(),
            reference: None,
            lines: vec![line("loss", |metrics| Some(metrics.loss))],
        },
        Curve {
            title: "Prior matching".to_owned(),
            caption: "The adversarial game: encoder at ln 2 and discriminator at 2 ln 2 where embeddings cannot be told from the prior.".to_owned(),
            reference: Some((2.0 * LN_2, "2 ln 2".to_owned())),
            lines: vec![line("encoder", |metrics| metrics.prior), line("discriminator", |metrics| metrics.discriminator)],
        },
    ]
}

fn smoothed(metrics: &[Metrics], of: fn(&Metrics) -> Option<f32>) -> Vec<(f64, f64)> {
    let mean = |chunk: &[Metrics]| {
        let values: Vec<f64> = chunk.iter().filter_map(|metrics| of(metrics).map(f64::from)).collect();
        let middle = chunk[chunk.len() / 2].step as f64;
        (!values.is_empty()).then(|| (middle, values.iter().sum::<f64>() / values.len() as f64))
    };
    metrics.chunks(metrics.len().div_ceil(CURVE_POINTS).max(1)).filter_map(mean).collect()
}

pub(super) fn accuracies(model: &Model<'_>, summary: &Summary) -> Vec<AccuracyRow> {
    let width = |tap: &str| {
        let tapped = model.taps().find(|record| record.kind.name() == tap);
        tapped.map_or(0, |record| model.tensor(record.tensor).arena_range().len())
    };
    let rows = |encoder: &'static str, taps: TapAccuracies, ours| {
        taps.iter().collect::<Vec<_>>().into_iter().map(move |(tap, accuracy)| AccuracyRow {
            encoder: encoder.to_owned(),
            tap: tap.to_owned(),
            width: width(tap),
            accuracy,
            ours,
        })
    };
    let pixels = AccuracyRow {
        encoder: "raw pixels".to_owned(),
        tap: String::new(),
        width: usize::try_from(model.input_shape().elements()).unwrap_or(0),
        accuracy: summary.raw_pixels,
        ours: false,
    };
    std::iter::once(pixels)
        .chain(rows("untrained encoder", summary.untrained, false))
        .chain(rows("trained encoder, float", summary.trained, true))
        .chain(rows("trained encoder, int8", summary.quantization.int8_taps, true))
        .collect()
}

pub(super) fn map(model: &Model<'_>, dataset: &Dataset, seed: u64) -> anyhow::Result<Vec<MapPoint>> {
    let images = dataset.test.first(MAP_IMAGES);
    let rows = encode_all(model, &images, |output| real(output.embedding()))?;
    let features = Features { width: rows.first().map_or(1, Vec::len), values: rows.concat() };
    let points = embedding_map(&features, seed).into_iter().zip(images.labels.iter().flatten());
    Ok(points.map(|(position, class)| MapPoint { position, class: *class }).collect())
}

/// The first test image of each class, with three query cells on the image's middle column.
pub(super) fn similarities(model: &Model<'_>, dataset: &Dataset) -> anyhow::Result<Vec<Similarity>> {
    let Some(id) = model.tap(TapKind::FeatureMap) else { return Ok(Vec::new()) };
    let shape = model.tensor(id).shape;
    let [height, width, channels] = [shape.height, shape.width, shape.channels].map(usize::from);
    let image = dataset.test.shape;
    let mut arena = vec![0; model.arena_bytes()];
    let mut encoder = dim_runtime::Encoder::new(model, &mut arena)?;
    let mut similarities = Vec::new();
    for (class, name) in dataset.classes.iter().enumerate() {
        let mut labels = dataset.test.labels.iter().flatten();
        let Some(index) = labels.position(|label| usize::from(*label) == class) else { continue };
        let pixels = dataset.test.image(index);
        let Some(feature_map) = encoder.encode(pixels)?.feature_map().map(real) else { continue };
        let queries = [1, height / 2, height - 2].map(|row| row * width + width / 2);
        similarities.push(Similarity {
            class: name.clone(),
            shape: [image.height, image.width, image.channels].map(usize::from),
            pixels: pixels.to_vec(),
            grid: [height, width],
            maps: queries.map(|cell| (cell, similarity_map(&feature_map, channels, cell))).into(),
        });
    }
    Ok(similarities)
}
