//! The loss of a step, put together from its parts as the settings say.

use burn::tensor::Tensor;
use rand::rngs::StdRng;

use super::forward::Forward;
use super::sum::WeightedSum;
use super::{classification, reconstruction};
use crate::model::{DeepInfoMax, Discriminator, EncoderOutput};
use crate::objective::{absolute_coordinates, predictive_coding, relative_coordinates, target_distance};
use crate::settings::TrainConfig;
use crate::training::metrics::Readings;

impl Forward {
    /// What the encoder and all that learns with it minimize, `[1]`; no gradient reaches the discriminator.
    pub(in crate::training) fn loss(
        &self,
        networks: &DeepInfoMax,
        discriminator: &Discriminator,
        config: &TrainConfig,
        random: &mut StdRng,
        readings: &mut Readings,
    ) -> Tensor<1> {
        let mut sum = WeightedSum::new(config, readings);
        self.add_information(networks, random, &mut sum);
        self.add_cluster_information(networks, &mut sum);
        let EncoderOutput { feature_map, embedding, .. } = &self.output;
        if let Some(predictor) = &networks.coordinates {
            let value = absolute_coordinates(predictor, feature_map.clone(), embedding.clone());
            sum.add(config.coordinates, value, |metrics, value| metrics.coordinates = Some(value));
        }
        if let Some(predictor) = &networks.relative_coordinates {
            let value = relative_coordinates(predictor, feature_map.clone(), embedding.clone(), random);
            sum.add(config.relative_coordinates, value, |metrics, value| metrics.relative_coordinates = Some(value));
        }
        if let (Some(classifier), Some(classes)) = (&networks.classifier, &self.classes) {
            classification::add(classifier, &self.output, classes, random, &mut sum);
        }
        if let (Some(decoder), Some(images)) = (&networks.decoder, &self.images)
            && config.method.reconstructs()
        {
            reconstruction::add(decoder, networks.log_variance.as_ref(), &self.output, images, random, &mut sum);
        }
        if let Some(targets) = &self.targets {
            let value = target_distance(embedding.clone(), targets.clone());
            sum.add(1.0, value, |metrics, value| metrics.target_distance = Some(value));
        }
        if let Some(predictor) = &networks.row_predictor {
            let value = predictive_coding(predictor, feature_map.clone());
            sum.add(1.0, value, |metrics, value| metrics.prediction = Some(value));
        }
        self.add_game(discriminator, random, &mut sum);
        sum.finish(&embedding.device())
    }
}
