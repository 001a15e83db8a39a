//! How well the embeddings of held-out images find their class among those of training images, while the encoder learns.

use burn::tensor::Device;
use dim_host::data::{Dataset, Images};
use dim_host::representation::Labelled;

use super::step::Learner;
use crate::evaluation::{float_embeddings, knn_classes, share_of_equal};
use crate::model::Whitening;
use crate::settings::TrainConfig;

/// Training images that are neighbours, the first ones.
const TRAIN: usize = 5000;
/// Held-out images that are judged, the first ones.
const TEST: usize = 2000;

/// The images to compare, with their classes.
#[derive(Debug)]
pub(super) struct Neighbours {
    every: usize,
    whitening: bool,
    train: Images,
    test: Images,
    device: Device,
}

impl Neighbours {
    /// `None` where settings ask for none, or there are no classes to compare.
    pub(super) fn of(config: &TrainConfig, dataset: &Dataset, device: &Device) -> Option<Self> {
        let has_classes = dataset.labels().is_ok() && !dataset.test.is_empty();
        (config.knn_every > 0 && has_classes).then(|| Self {
            every: config.knn_every,
            whitening: config.whitening,
            train: dataset.train.first(TRAIN),
            test: dataset.test.first(TEST),
            device: device.clone().inner(),
        })
    }

    /// Share of held-out images that get their class, 0 to 1, by the encoder that would be evaluated now; `None` in other
    /// epochs.
    pub(super) fn judge(&self, learner: &Learner, epoch: usize) -> Option<f32> {
        if !epoch.is_multiple_of(self.every) {
            return None;
        }
        let encoder = learner.judged();
        let images = [&self.train, &self.test];
        let [mut train, mut test] = images.map(|images| float_embeddings(&encoder, images, &self.device));
        if self.whitening {
            let whitening = Whitening::of(&train);
            [train, test] = [train, test].map(|embeddings| whitening.apply(&embeddings));
        }
        let [labels, expected] = [&self.train, &self.test].map(|images| images.labels.as_deref().unwrap_or_default());
        let found = knn_classes(Labelled { features: &train, labels }, &test, &self.device);
        Some(share_of_equal(&found, expected) as f32)
    }
}
