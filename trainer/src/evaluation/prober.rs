//! The probes of all taps.

use burn::tensor::Device;
use dim_host::data::{DataError, Dataset, Labels};
use dim_host::representation::{Features, Labelled, Representations, raw_pixels};

use super::{Accuracy, TapAccuracies, float_representations, knn_classes, linear_probe, share_of_equal};
use crate::model::Encoder;

/// Who learns a probe and who is asked: classes, seed of the shuffling, and where to compute.
#[derive(Debug, Clone, Copy)]
pub struct Prober<'a> {
    /// Training and test images.
    pub dataset: &'a Dataset,
    /// Their classes.
    labels: Labels<'a>,
    /// Seed of the linear probe's shuffling.
    pub seed: u64,
    /// Where to compute.
    pub device: &'a Device,
}

impl<'a> Prober<'a> {
    /// # Errors
    /// If the training or the test images have no classes.
    pub fn new(dataset: &'a Dataset, seed: u64, device: &'a Device) -> Result<Self, DataError> {
        Ok(Self { dataset, labels: dataset.labels()?, seed, device })
    }

    /// Classes of the training and the test images.
    pub const fn labels(&self) -> Labels<'a> {
        self.labels
    }

    /// Runs both probes on features of the training and the test images.
    pub fn probe(&self, features: [&Features; 2]) -> Accuracy {
        self.probe_and_classify(features).0
    }

    /// The same, with the class that k-NN gives each test image.
    fn probe_and_classify(&self, [train, test]: [&Features; 2]) -> (Accuracy, Vec<u8>) {
        let train = Labelled { features: train, labels: self.labels.train };
        let test = Labelled { features: test, labels: self.labels.test };
        let classes = knn_classes(train, test.features, self.device);
        let linear = linear_probe(train, test, self.dataset.classes.len(), self.seed, self.device);
        (Accuracy { linear, knn: share_of_equal(&classes, test.labels) }, classes)
    }

    /// Runs both probes at every tap.
    pub fn probe_taps(&self, train: &Representations, test: &Representations) -> TapAccuracies {
        self.probe_taps_and_classify(train, test).0
    }

    /// The same, with the class that k-NN on the embeddings gives each test image.
    pub fn probe_taps_and_classify(&self, train: &Representations, test: &Representations) -> (TapAccuracies, Vec<u8>) {
        let [conv, fc] = [0, 1].map(|tap| self.probe([&train[tap], &test[tap]]));
        let (embedding, classes) = self.probe_and_classify([&train[2], &test[2]]);
        (TapAccuracies { conv, fc, embedding }, classes)
    }

    /// Both probes on the pixels themselves.
    pub fn probe_raw_pixels(&self) -> Accuracy {
        self.probe([&raw_pixels(&self.dataset.train), &raw_pixels(&self.dataset.test)])
    }

    /// Both probes at every tap of a float encoder in evaluation mode.
    pub fn probe_encoder(&self, encoder: &Encoder) -> TapAccuracies {
        let taps = |images| float_representations(encoder, images, self.device);
        self.probe_taps(&taps(&self.dataset.train), &taps(&self.dataset.test))
    }
}
