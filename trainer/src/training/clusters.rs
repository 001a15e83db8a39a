//! Which clusters each training image belongs to, by embeddings that others computed of it beforehand.

mod k_means;

use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor};
use dim_host::representation::Features;

use self::k_means::{cosines, k_means, to_tensor};
use super::loss::Belonging;
use super::random::{OF_CLUSTERS, generator};
use super::replicas::Replicas;
use crate::evaluation::to_vec;
use crate::fused::product;
use crate::settings::TrainConfig;

/// What cosines are divided by: the lower, the more an image belongs to one cluster only.
const TEMPERATURE: f64 = 0.2;

/// `p(c | x) = softmax(cos(e(x), centre(c)) / 0.2)` over the clusters c of each training image x, where `e(x)` are all its
/// embeddings, each centred and of the same length, one behind the other.
#[derive(Debug, Clone)]
pub(super) struct Clusters {
    /// `[images, width]`, of length 1.
    embeddings: Features,
    /// `[width, clusters]`, on the device of each shard.
    centres: Vec<Tensor<2>>,
    /// Entropy in nats of the cluster of an image that nobody has seen: what can be told about it at most.
    entropy: f64,
}

impl Clusters {
    /// Of embeddings `[images, units]` of the same images; none of no embeddings.
    ///
    /// # Errors
    /// If there are fewer images than clusters.
    pub(super) fn new(of: &[Features], config: &TrainConfig, replicas: &Replicas) -> anyhow::Result<Option<Self>> {
        if of.is_empty() {
            return Ok(None);
        }
        let embeddings = side_by_side(of);
        let (images, clusters) = (embeddings.count(), config.clusters);
        config.check_clusters(images)?;
        let device = &replicas.devices()[0].clone().inner();
        let found = k_means(&embeddings, clusters, &mut generator(config.seed, OF_CLUSTERS), device);
        let mut shares = vec![0.0; clusters];
        for cosines in cosines(&embeddings, &found, device) {
            let of_images = to_vec(&belonging(cosines));
            let images = of_images.chunks_exact(clusters);
            images.for_each(|image| shares.iter_mut().zip(image).for_each(|(sum, share)| *sum += f64::from(*share)));
        }
        let entropy = shares.iter().map(|sum| sum / images as f64).map(|share| -share * share.ln()).sum();
        let centres = |device: &Device| to_tensor(&found.values, found.width, &device.clone().inner()).transpose();
        Ok(Some(Self { embeddings, centres: replicas.devices().iter().map(centres).collect(), entropy }))
    }

    /// Those of these images, on the device of a shard.
    pub(super) fn of(&self, images: &[usize], shard: usize) -> Belonging {
        let centres = &self.centres[shard];
        let rows: Vec<f32> = images.iter().flat_map(|image| self.embeddings.row(*image)).copied().collect();
        let rows = to_tensor(&rows, self.embeddings.width, &centres.device());
        let shares = Tensor::from_inner(belonging(product(rows, centres.clone())));
        Belonging { shares, entropy: self.entropy }
    }
}

/// `[rows, clusters]`.
fn belonging(cosines: Tensor<2>) -> Tensor<2> {
    softmax(cosines / TEMPERATURE, 1)
}

/// All embeddings of an image in one row of length 1, to which each contributes the same.
fn side_by_side(of: &[Features]) -> Features {
    let centred: Vec<Features> = of.iter().map(directions).collect();
    let share = (of.len() as f32).sqrt().recip();
    let width = centred.iter().map(|features| features.width).sum();
    let mut values = Vec::with_capacity(width * centred[0].count());
    for image in 0..centred[0].count() {
        centred.iter().for_each(|features| values.extend(features.row(image).iter().map(|number| number * share)));
    }
    Features { width, values }
}

/// Where rows lie as seen from their mean: rows of length 1, or 0 where they lie nowhere.
fn directions(of: &Features) -> Features {
    let count = of.count() as f64;
    let mut mean = vec![0.0; of.width];
    of.rows().for_each(|row| mean.iter_mut().zip(row).for_each(|(mean, number)| *mean += f64::from(*number) / count));
    let row = |row: &[f32]| {
        let centred: Vec<f64> = row.iter().zip(&mean).map(|(number, mean)| f64::from(*number) - mean).collect();
        let length = centred.iter().map(|number| number * number).sum::<f64>().sqrt();
        centred.into_iter().map(move |number| if length > 0.0 { (number / length) as f32 } else { 0.0 })
    };
    Features { width: of.width, values: of.rows().flat_map(row).collect() }
}

#[cfg(test)]
mod tests;
