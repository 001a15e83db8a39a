//! What embeddings tell of local features and of images.

use burn::tensor::Tensor;
use rand::rngs::StdRng;

use super::forward::{Forward, halves, of_images, seed_dropout};
use super::sum::WeightedSum;
use crate::model::{DeepInfoMax, EncoderOutput};
use crate::objective::with_noise;
use crate::settings::{PriorMatching, Views};
use crate::training::metrics::Record;

impl Forward {
    /// Adds the estimates of all critics that there are.
    pub(super) fn add_information(&self, networks: &DeepInfoMax, random: &mut StdRng, sum: &mut WeightedSum<'_>) {
        let config = sum.config;
        // With two views each one's embedding predicts the other's features.
        let features = match config.views {
            Views::One => vec![self.output.clone()],
            Views::Two | Views::Crops => {
                let [first, second] = halves(&self.output);
                vec![second, first]
            }
        };
        let [images, ..] = self.output.feature_map.dims();
        let mut as_seen = |embeddings: &Tensor<2>| match config.prior_matching {
            PriorMatching::Adversarial | PriorMatching::Moments | PriorMatching::Sketch => embeddings.clone(),
            PriorMatching::Noise => with_noise(config.prior, embeddings.clone(), config.prior_noise, random)
                .expect("settings that name a prior without a noise are refused"),
        };
        let by_view = |embeddings: Tensor<2>| match config.views {
            Views::One => vec![embeddings],
            Views::Two | Views::Crops => {
                let half = images / 2;
                vec![of_images(&embeddings, 0, half, images), of_images(&embeddings, half, half, images)]
            }
        };
        let views = by_view(as_seen(&self.output.embedding));
        // Those of small crops predict the features of each view too: several embeddings of an image form pairs of their own.
        let embeddings = match self.small_crops.as_ref().map(&mut as_seen) {
            Some(small) => views.iter().map(|view| Tensor::cat(vec![view.clone(), small.clone()], 0)).collect(),
            None => views.clone(),
        };
        let occluded = self.occluded.as_ref().map(|occluded| by_view(as_seen(occluded)));
        // Of the local feature map, and then of the other maps.
        let share = config.beta / (1 + networks.map_critics.len()) as f64;
        for (map, critic) in networks.local_critic.iter().chain(&networks.map_critics).enumerate() {
            let [whole_record, hidden_record]: [Record; 2] = match map {
                0 => [
                    |metrics, value| metrics.local_information = Some(value),
                    |metrics, value| metrics.occluded_information = Some(value),
                ],
                _ => [
                    |metrics, value| metrics.map_information.push(value),
                    |metrics, value| metrics.occluded_map_information.push(value),
                ],
            };
            let encode = |embeddings: &[Tensor<2>]| {
                let cells = |features: &EncoderOutput| match map {
                    0 => features.feature_map.clone(),
                    other => features.maps[other - 1].clone(),
                };
                let pairs = features.iter().zip(embeddings);
                pairs.map(|(features, embedding)| critic.encode(cells(features), embedding.clone())).collect()
            };
            let (whole, hidden) = (share * (1.0 - config.occlusion), share * config.occlusion);
            if whole > 0.0 {
                sum.add_estimate(whole, critic, encode(&embeddings), whole_record);
            }
            if let Some(occluded) = &occluded {
                sum.add_estimate(hidden, critic, encode(occluded), hidden_record);
            }
        }
        if let (Some(critic), [first, second]) = (&networks.view_critic, &views[..]) {
            let others = [second, first].into_iter().zip(&embeddings);
            let encoded = others.map(|(view, embedding)| critic.encode([embedding.clone(), view.clone()])).collect();
            let record: Record = |metrics, value| metrics.view_information = Some(value);
            sum.add_estimate(config.view_information, critic, encoded, record);
        }
        if let (Some(critic), Some(taught)) = (&networks.teacher_critic, &self.taught) {
            // Of the same view.
            let count = images / views.len();
            let taught = (0..images).step_by(count).map(|first| taught.clone().narrow(0, first, count));
            let pairs = views.iter().cloned().zip(taught);
            let encoded = pairs.map(|(embeddings, taught)| critic.encode(embeddings, taught)).collect();
            let record: Record = |metrics, value| metrics.teacher_information = Some(value);
            sum.add_estimate(config.teacher_information, critic, encoded, record);
        }
        if let Some(critic) = &networks.global_critic {
            // Some of them repeat the encoder's layers.
            let _dropping = seed_dropout(config, &self.output.feature_map, random);
            let pairs = features.iter().zip(embeddings);
            let encoded = pairs.map(|(features, embedding)| critic.encode(features, embedding)).collect();
            sum.add_estimate(config.alpha, critic, encoded, |metrics, value| metrics.global_information = Some(value));
        }
    }
}
