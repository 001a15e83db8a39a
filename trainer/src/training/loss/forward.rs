//! What the encoder makes of the images of a step.

use std::sync::MutexGuard;

use burn::tensor::{Int, Tensor};
use rand::Rng;
use rand::rngs::StdRng;

use super::belonging::Belonging;
use crate::fused::narrow_images;
use crate::model::{DeepInfoMax, EncoderOutput, seed_alone};
use crate::objective::{CodedImages, occlude};
use crate::settings::{Method, TrainConfig, Views};
use crate::training::device_encoder::DeviceEncoder;
use crate::training::noise_targets::NoiseTargets;
use crate::training::shard::Seen;

/// What the encoder makes of the images of a step.
pub(in crate::training) struct Forward {
    /// Of the whole images, without small crops, with embeddings `[globals * images, units]`.
    pub(in crate::training) output: EncoderOutput,
    /// Embeddings of the images with a part hidden, in the same shape.
    pub(super) occluded: Option<Tensor<2>>,
    /// Embeddings of the small crops, `[small_crops * globals * batch, units]`, those of the first crops first.
    pub(in crate::training) small_crops: Option<Tensor<2>>,
    /// The images, where images are drawn.
    pub(super) images: Option<Tensor<4>>,
    /// Images drawn from samples of the prior, with these.
    pub(super) generated: Option<CodedImages>,
    /// What embeddings are to be, `[batch, units]`.
    pub(super) targets: Option<Tensor<2>>,
    /// What a teacher makes of the large views, `[images, taught]`.
    pub(super) taught: Option<Tensor<2>>,
    /// The clusters that the images belong to.
    pub(super) belonging: Option<Belonging>,
    /// Their classes, where they are to be told.
    pub(super) classes: Option<Tensor<1, Int>>,
}

impl Forward {
    /// Encodes what a step sees: in floats or, where there is an encoder `on_device`, to that one's values.
    pub(in crate::training) fn new(
        networks: &DeepInfoMax,
        seen: Seen,
        on_device: Option<&DeviceEncoder>,
        config: &TrainConfig,
        random: &mut StdRng,
    ) -> Self {
        let Seen { images, classes, .. } = seen;
        let [count, ..] = images.dims();
        let large = large_views(count, config);
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
            let (output, small_crops) = without_small_crops(output, count, config);
            return Self {
                output,
                occluded: None,
                small_crops,
                images: kept,
                generated,
                targets: None,
                taught: None,
                belonging: None,
                classes,
            };
        }
        let occluded = occlude(images.clone().narrow(0, 0, large), config.occlusion_block, random);
        // In one batch, so that batch normalization keeps the statistics of what it sees.
        let all = encode(Tensor::cat(vec![images, occluded], 0), random);
        let occluded = Some(of_images(&all.embedding, count, large, count + large));
        let (output, small_crops) = without_small_crops(part(&all, 0, count), count, config);
        Self {
            output,
            occluded,
            small_crops,
            images: None,
            generated: None,
            targets: None,
            taught: None,
            belonging: None,
            classes,
        }
    }

    /// The same beside what a teacher makes of the large views, `[images, taught]`.
    pub(in crate::training) fn taught(self, taught: Option<Tensor<2>>) -> Self {
        Self { taught, ..self }
    }

    /// The same beside the clusters that the images belong to.
    pub(in crate::training) fn belonging(self, belonging: Option<Belonging>) -> Self {
        Self { belonging, ..self }
    }

    /// Gives the images, which are numbers `indices` of the training images, the targets that suit them best.
    pub(in crate::training) fn aim(&mut self, indices: &[usize], targets: &mut NoiseTargets) {
        self.targets = Some(targets.assign(indices, &self.output.embedding));
    }
}

/// Makes what an encoder with dropout drops follow from the step, while the result lives: or a resumed run would go on
/// differently.
pub(super) fn seed_dropout(
    config: &TrainConfig,
    on: &Tensor<4>,
    random: &mut StdRng,
) -> Option<MutexGuard<'static, ()>> {
    config.encoder.has_dropout().then(|| seed_alone(&on.device(), random.random()))
}

/// The embeddings of an image, one after the other, as rows of their own.
///
/// # Shapes
/// `embeddings` `[images, globals * units]`; the result `[globals * images, units]`.
fn under_one_another(embeddings: Tensor<2>, config: &TrainConfig) -> Tensor<2> {
    let [images, numbers] = embeddings.dims();
    let shapes = config.encoder.shapes();
    let units = shapes[shapes.len() - 1][0];
    if numbers == units {
        return embeddings;
    }
    let globals = numbers / units;
    embeddings.reshape([images, globals, units]).permute([1, 0, 2]).reshape([globals * images, units])
}

/// How many of so many views are no small crops.
fn large_views(count: usize, config: &TrainConfig) -> usize {
    match config.views {
        Views::One | Views::Two => count,
        Views::Crops => count / config.views_per_image() * config.views.large(),
    }
}

/// What becomes of the large views, and the embeddings of the small crops, crop by crop.
fn without_small_crops(
    output: EncoderOutput,
    count: usize,
    config: &TrainConfig,
) -> (EncoderOutput, Option<Tensor<2>>) {
    let large = large_views(count, config);
    if large == count {
        return (output, None);
    }
    let batch = large / config.views.large();
    let crop = |first| of_images(&output.embedding, first, batch, count);
    let crops = (large..count).step_by(batch).map(crop).collect();
    (part(&output, 0, large), Some(Tensor::cat(crops, 0)))
}

/// The first images and the second ones.
pub(super) fn halves(output: &EncoderOutput) -> [EncoderOutput; 2] {
    let [images, ..] = output.feature_map.dims();
    let half = images / 2;
    [0, half].map(|first| part(output, first, half))
}

/// Of some images.
fn part(output: &EncoderOutput, first: usize, count: usize) -> EncoderOutput {
    let [images, ..] = output.feature_map.dims();
    EncoderOutput {
        feature_map: narrow_images(output.feature_map.clone(), first, count),
        conv: narrow_images(output.conv.clone(), first, count),
        fc: output.fc.clone().narrow(0, first, count),
        embedding: of_images(&output.embedding, first, count, images),
        maps: output.maps.iter().map(|map| narrow_images(map.clone(), first, count)).collect(),
    }
}

/// Embeddings of some of `images`, which may have several each.
///
/// # Shapes
/// `embeddings` `[globals * images, units]`; the result `[globals * count, units]`.
pub(super) fn of_images(embeddings: &Tensor<2>, first: usize, count: usize, images: usize) -> Tensor<2> {
    let [rows, units] = embeddings.dims();
    let globals = rows / images;
    let by_global = embeddings.clone().reshape([globals, images, units]);
    by_global.narrow(1, first, count).reshape([globals * count, units])
}
