//! The loss of a step, put together from its parts as the settings say.

mod adversary;
mod classification;
mod reconstruction;
mod sum;

use std::sync::MutexGuard;

use burn::tensor::{Int, Tensor};
use rand::Rng;
use rand::rngs::StdRng;

use self::sum::WeightedSum;
use super::device_encoder::DeviceEncoder;
use super::metrics::{Readings, Record};
use super::noise_targets::NoiseTargets;
use crate::model::{DeepInfoMax, Discriminator, EncoderOutput, seed_alone};
use crate::objective::{
    CodedImages, absolute_coordinates, occlude, predictive_coding, relative_coordinates, target_distance, with_noise,
};
use crate::settings::{Method, PriorMatching, TrainConfig, Views};

/// What a step sees.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// `[batch, channels, height, width]`; with two views `[2 * batch, ..]`, all first views first.
    pub(super) images: Tensor<4>,
    /// Which training image each of them is, `[batch]`.
    pub(super) indices: Vec<usize>,
    /// `[batch]`; only of methods that learn from labels.
    pub(super) classes: Option<Tensor<1, Int>>,
}

/// What the encoder makes of the images of a step.
pub(super) struct Forward {
    /// Of the whole images, with embeddings `[globals * images, units]`.
    output: EncoderOutput,
    /// Embeddings of the images with a part hidden, in the same shape.
    occluded: Option<Tensor<2>>,
    /// The images, where images are drawn.
    images: Option<Tensor<4>>,
    /// Images drawn from samples of the prior, with these.
    generated: Option<CodedImages>,
    /// What embeddings are to be, `[batch, units]`.
    targets: Option<Tensor<2>>,
    /// Their classes, where they are to be told.
    classes: Option<Tensor<1, Int>>,
}

impl Forward {
    /// Encodes what a step sees: in floats or, where there is an encoder `on_device`, to that one's values.
    pub(super) fn new(
        networks: &DeepInfoMax,
        seen: Seen,
        on_device: Option<&DeviceEncoder>,
        config: &TrainConfig,
        random: &mut StdRng,
    ) -> Self {
        let Seen { images, classes, .. } = seen;
        let encode = |images: Tensor<4>, random: &mut StdRng| {
            let mut output = match on_device {
                Some(device) => networks.encoder.forward_through(&images, device.outputs(&images)),
                None => {
                    let _dropping = seed_dropout(config, &images, random);
                    networks.encoder.forward(images)
                }
            };
            output.embedding = under_one_another(output.embedding, config);
            output
        };
        if config.occlusion == 0.0 {
            let kept = config.method.draws_images().then(|| images.clone());
            let output = encode(images, random);
            let generated = match (&networks.decoder, config.method) {
                (Some(generator), Method::Bigan) => {
                    let [count, units] = output.embedding.dims();
                    let codes = config.prior.sample([count, units], random, &output.embedding.device());
                    Some(CodedImages { images: generator.forward(codes.clone()), codes })
                }
                _ => None,
            };
            return Self { output, occluded: None, images: kept, generated, targets: None, classes };
        }
        let occluded = occlude(images.clone(), config.occlusion_block, random);
        // In one batch, so that batch normalization keeps the statistics of what it sees.
        let [output, occluded] = halves(&encode(Tensor::cat(vec![images, occluded], 0), random));
        let occluded = Some(occluded.embedding);
        Self { output, occluded, images: None, generated: None, targets: None, classes }
    }

    /// Gives the images, which are numbers `indices` of the training images, the targets that suit them best.
    pub(super) fn aim(&mut self, indices: &[usize], targets: &mut NoiseTargets) {
        self.targets = Some(targets.assign(indices, &self.output.embedding));
    }

    /// What the encoder and all that learns with it minimize, `[1]`; no gradient reaches the discriminator.
    pub(super) fn loss(
        &self,
        networks: &DeepInfoMax,
        discriminator: &Discriminator,
        config: &TrainConfig,
        random: &mut StdRng,
        readings: &mut Readings,
    ) -> Tensor<1> {
        let mut sum = WeightedSum::new(config, readings);
        self.add_information(networks, random, &mut sum);
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
        self.add_game(discriminator, &mut sum);
        sum.finish(&embedding.device())
    }

    fn add_information(&self, networks: &DeepInfoMax, random: &mut StdRng, sum: &mut WeightedSum<'_>) {
        let config = sum.config;
        // With two views each one's embedding predicts the other's features.
        let features = match config.views {
            Views::One => vec![self.output.clone()],
            Views::Two => {
                let [first, second] = halves(&self.output);
                vec![second, first]
            }
        };
        let [images, ..] = self.output.feature_map.dims();
        let mut by_view = |embeddings: &Tensor<2>| {
            let embeddings = match config.prior_matching {
                PriorMatching::Adversarial => embeddings.clone(),
                PriorMatching::Noise => with_noise(config.prior, embeddings.clone(), config.prior_noise, random)
                    .expect("settings that name a prior without a noise are refused"),
            };
            match config.views {
                Views::One => vec![embeddings],
                Views::Two => {
                    let half = images / 2;
                    vec![of_images(&embeddings, 0, half, images), of_images(&embeddings, half, half, images)]
                }
            }
        };
        let embeddings = by_view(&self.output.embedding);
        if let Some(critic) = &networks.local_critic {
            let encode = |embeddings: Vec<Tensor<2>>| {
                let pairs = features.iter().zip(embeddings);
                pairs.map(|(features, embedding)| critic.encode(features.feature_map.clone(), embedding)).collect()
            };
            let (whole, hidden) = (config.beta * (1.0 - config.occlusion), config.beta * config.occlusion);
            if whole > 0.0 {
                let record: Record = |metrics, value| metrics.local_information = Some(value);
                sum.add_estimate(whole, critic, encode(embeddings.clone()), record);
            }
            if let Some(occluded) = &self.occluded {
                let record: Record = |metrics, value| metrics.occluded_information = Some(value);
                sum.add_estimate(hidden, critic, encode(by_view(occluded)), record);
            }
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

/// Makes what an encoder with dropout drops follow from the step, while the result lives: or a resumed run would go on
/// differently.
fn seed_dropout(config: &TrainConfig, on: &Tensor<4>, random: &mut StdRng) -> Option<MutexGuard<'static, ()>> {
    config.preset.architecture().has_dropout().then(|| seed_alone(&on.device(), random.random()))
}

/// The embeddings of an image, one after the other, as rows of their own.
///
/// # Shapes
/// `embeddings` `[images, globals * units]`; the result `[globals * images, units]`.
fn under_one_another(embeddings: Tensor<2>, config: &TrainConfig) -> Tensor<2> {
    let [images, numbers] = embeddings.dims();
    let shapes = config.preset.architecture().shapes();
    let units = shapes[shapes.len() - 1][0];
    if numbers == units {
        return embeddings;
    }
    let globals = numbers / units;
    embeddings.reshape([images, globals, units]).permute([1, 0, 2]).reshape([globals * images, units])
}

/// The first images and the second ones.
fn halves(output: &EncoderOutput) -> [EncoderOutput; 2] {
    let [images, ..] = output.feature_map.dims();
    let half = images / 2;
    [0, half].map(|first| EncoderOutput {
        feature_map: output.feature_map.clone().narrow(0, first, half),
        conv: output.conv.clone().narrow(0, first, half),
        fc: output.fc.clone().narrow(0, first, half),
        embedding: of_images(&output.embedding, first, half, images),
    })
}

/// Embeddings of some of `images`, which may have several each.
///
/// # Shapes
/// `embeddings` `[globals * images, units]`; the result `[globals * count, units]`.
fn of_images(embeddings: &Tensor<2>, first: usize, count: usize, images: usize) -> Tensor<2> {
    let [rows, units] = embeddings.dims();
    let globals = rows / images;
    let by_global = embeddings.clone().reshape([globals, images, units]);
    by_global.narrow(1, first, count).reshape([globals * count, units])
}

#[cfg(test)]
mod tests;
