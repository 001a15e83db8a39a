//! The probes of all taps.

use burn::tensor::Device;
use dim_host::data::{DataError, Dataset, Labels};
use dim_host::representation::{Features, Labelled, Representations, raw_pixels};

use super::{Accuracy, TapAccuracies, float_representations, knn_classes, linear_classes, share_of_equal};
use crate::model::Encoder;

/// The class that each probe gives each test image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// Of the linear probe.
    pub linear: Vec<u8>,
    /// Of k-NN.
    pub knn: Vec<u8>,
}

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

    /// The same, with the answers.
    fn probe_and_classify(&self, [train, test]: [&Features; 2]) -> (Accuracy, Answers) {
        let train = Labelled { features: train, labels: self.labels.train };
        let knn = knn_classes(train, test, self.device);
        let linear = linear_classes(train, test, self.dataset.classes.len(), self.seed, self.device);
        let [linear_share, knn_share] = [&linear, &knn].map(|classes| share_of_equal(classes, self.labels.test));
        (Accuracy { linear: linear_share, knn: knn_share }, Answers { linear, knn })
    }

    /// Runs both probes at every tap.
    pub fn probe_taps(&self, train: &Representations, test: &Representations) -> TapAccuracies {
        self.probe_taps_and_classify(train, test).0
    }

    /// The same, with the answers at the embedding.
    pub fn probe_taps_and_classify(&self, train: &Representations, test: &Representations) -> (TapAccuracies, Answers) {
        let [conv, fc] = [0, 1].map(|tap| self.probe([&train[tap], &test[tap]]));
        let (embedding, answers) = self.probe_and_classify([&train[2], &test[2]]);
        (TapAccuracies { conv, fc, embedding }, answers)
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
