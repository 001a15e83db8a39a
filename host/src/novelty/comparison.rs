//! The same statistic of local features, embeddings and pixels.

use dim_runtime::Model;

use super::area::area_under_curve;
use super::features::{Feature, Maps, maps};
use super::normality::Normality;
use super::statistics::Statistics;
use crate::data::{Dataset, Images};

/// Areas under the curve of held-out images, 0 to 1; by the score of the worst cell, and by the mean over the cells.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Areas {
    /// The cell that differs most of the local feature map: the score of a device.
    pub map_worst: f64,
    /// All cells of the local feature map.
    pub map_mean: f64,
    /// The embedding.
    pub embedding: f64,
    /// The pixel that differs most.
    pub pixels_worst: f64,
    /// All pixels.
    pub pixels_mean: f64,
}

impl Areas {
    /// The mean of several.
    pub fn mean(of: &[Self]) -> Self {
        let mean = |area: fn(&Self) -> f64| of.iter().map(area).sum::<f64>() / of.len().max(1) as f64;
        Self {
            map_worst: mean(|of| of.map_worst),
            map_mean: mean(|of| of.map_mean),
            embedding: mean(|of| of.embedding),
            pixels_worst: mean(|of| of.pixels_worst),
            pixels_mean: mean(|of| of.pixels_mean),
        }
    }
}

/// What training and held-out images look like to the statistic.
pub struct Comparison<'a> {
    model: &'a Model<'a>,
    labels: [&'a [u8]; 2],
    /// By feature, of training and held-out images.
    maps: [[Maps; 2]; 3],
}

impl<'a> Comparison<'a> {
    /// Computes the features of all images.
    ///
    /// # Errors
    /// If the set has no labels, or its images do not fit the encoder.
    pub fn new(model: &'a Model<'a>, dataset: &'a Dataset) -> anyhow::Result<Self> {
        let labels = dataset.labels()?;
        let both = |feature| -> anyhow::Result<[Maps; 2]> {
            let of = |images: &Images| maps(model, images, feature);
            Ok([of(&dataset.train)?, of(&dataset.test)?])
        };
        let maps = [both(Feature::Map)?, both(Feature::Embedding)?, both(Feature::Pixels)?];
        Ok(Self { model, labels: [labels.train, labels.test], maps })
    }

    /// Learns from the normal training images, and judges the held-out ones. `None` if there are none of both kinds.
    ///
    /// # Errors
    /// [`LearnError`](super::LearnError).
    pub fn areas(&self, normality: &Normality) -> anyhow::Result<Option<Areas>> {
        let [train, test] = self.labels;
        let normal = normality.indices(train, true);
        let held_out = [true, false].map(|is_normal| normality.indices(test, is_normal));
        let mut areas = Vec::new();
        for [learned, judged] in &self.maps {
            let statistics = Statistics::learn(self.model.identity(), learned, &normal)?;
            let mut scores = [const { [const { Vec::new() }; 2] }; 2];
            for (of, numbers) in held_out.iter().enumerate() {
                for number in numbers {
                    let judged = statistics.judge(&judged.codes[*number])?;
                    scores[0][of].push(judged.score);
                    scores[1][of].push(judged.mean());
                }
            }
            for [normal, strange] in scores {
                let Some(area) = area_under_curve(&normal, &strange) else { return Ok(None) };
                areas.push(area);
            }
        }
        let &[map_worst, map_mean, embedding, _, pixels_worst, pixels_mean] = areas.as_slice() else {
            return Ok(None);
        };
        Ok(Some(Areas { map_worst, map_mean, embedding, pixels_worst, pixels_mean }))
    }
}
