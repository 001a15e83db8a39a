//! The same statistic of local features, embeddings and pixels, and the critic.

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
    /// The cell that differs most by the critic: the score of a device whose encoder has one.
    pub critic_worst: Option<f64>,
    /// All cells by the critic.
    pub critic_mean: Option<f64>,
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
        let of_critic = |area: fn(&Self) -> Option<f64>| {
            let areas: Option<Vec<f64>> = of.iter().map(area).collect();
            areas.filter(|areas| !areas.is_empty()).map(|areas| areas.iter().sum::<f64>() / areas.len() as f64)
        };
        Self {
            map_worst: mean(|of| of.map_worst),
            map_mean: mean(|of| of.map_mean),
            critic_worst: of_critic(|of| of.critic_worst),
            critic_mean: of_critic(|of| of.critic_mean),
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
    /// As the encoder's critic sees them, if it has one.
    critic: Option<[Maps; 2]>,
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
        let critic = (Feature::of(model) == Feature::Critic).then(|| both(Feature::Critic)).transpose()?;
        Ok(Self { model, labels: [labels.train, labels.test], maps, critic })
    }

    /// Learns from the normal training images, and judges the held-out ones. `None` if there are none of both kinds.
    ///
    /// # Errors
    /// [`LearnError`](super::LearnError).
    pub fn areas(&self, normality: &Normality) -> anyhow::Result<Option<Areas>> {
        let [train, test] = self.labels;
        let normal = normality.indices(train, true);
        let held_out = [true, false].map(|is_normal| normality.indices(test, is_normal));
        let of = |maps: &[Maps; 2]| self.worst_and_mean(maps, &normal, &held_out);
        let mut areas = Vec::new();
        for maps in &self.maps {
            let Some(of) = of(maps)? else { return Ok(None) };
            areas.push(of);
        }
        let critic = self.critic.as_ref().map(of).transpose()?.flatten();
        let &[[map_worst, map_mean], [embedding, _], [pixels_worst, pixels_mean]] = areas.as_slice() else {
            return Ok(None);
        };
        let [critic_worst, critic_mean] = [0, 1].map(|by| critic.map(|areas| areas[by]));
        Ok(Some(Areas { map_worst, map_mean, critic_worst, critic_mean, embedding, pixels_worst, pixels_mean }))
    }

    /// By the worst cell and by the mean of the cells; `None` without images of both kinds.
    fn worst_and_mean(
        &self,
        [learned, judged]: &[Maps; 2],
        normal: &[usize],
        held_out: &[Vec<usize>; 2],
    ) -> anyhow::Result<Option<[f64; 2]>> {
        let statistics = Statistics::learn(self.model.identity(), learned, normal)?;
        let mut scores = [const { [const { Vec::new() }; 2] }; 2];
        for (of, numbers) in held_out.iter().enumerate() {
            for number in numbers {
                let judged = statistics.judge(judged.seen(*number))?;
                scores[0][of].push(judged.score);
                scores[1][of].push(judged.mean());
            }
        }
        let [worst, mean] = scores.map(|[normal, strange]| area_under_curve(&normal, &strange));
        Ok(worst.zip(mean).map(|(worst, mean)| [worst, mean]))
    }
}
