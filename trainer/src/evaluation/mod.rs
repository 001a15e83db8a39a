//! How good a representation is, judged by simple classifiers on frozen features.

mod classify;
mod donsker_varadhan;
mod judge;
mod knn;
mod linear_probe;
mod mlp_probe;
mod mutual_information;
mod neural_dependency;
mod paper;
mod reconstruction;
mod representation;
mod rows;
mod schedule;
mod semi_supervised;

use burn::tensor::{Device, Tensor};
use dim_host::data::{DataError, Dataset, Labels};
use dim_host::representation::{Features, Labelled, Representations, TAPS, raw_pixels};
use serde::{Deserialize, Serialize};

use crate::model::Encoder;

pub use judge::Judges;
pub use knn::{NEIGHBOURS, knn, knn_classes, share_of_equal};
pub use linear_probe::{EPOCHS as LINEAR_PROBE_EPOCHS, linear_probe};
pub use mlp_probe::mlp_probe;
pub use mutual_information::{Embedded, Information, mutual_information};
pub use neural_dependency::{neural_dependency, sigmoid};
pub use paper::{
    DependencyMeasure, FineTuning, InformationMeasure, Neighbours, PaperSettings, ReconstructionMeasure, Subject,
};
pub use reconstruction::{Reconstruction, reconstruct};
pub use representation::{crop_maps, float_representations};
pub use schedule::Schedule;
pub use semi_supervised::{LabelledImages, Start, choose_labelled, fine_tune};

/// Accuracies of one tap, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    /// Softmax classifier on standardized features.
    pub linear: f64,
    /// Majority of the ten nearest by cosine.
    pub knn: f64,
}

/// Accuracies at every tap.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TapAccuracies {
    /// Last convolution.
    pub conv: Accuracy,
    /// Last hidden fully connected layer.
    pub fc: Accuracy,
    /// The global representation Y.
    pub embedding: Accuracy,
}

impl TapAccuracies {
    /// Name and accuracies of each tap.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, Accuracy)> {
        TAPS.map(|tap| tap.name()).into_iter().zip([self.conv, self.fc, self.embedding])
    }
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

/// The numbers of a tensor, on the host.
pub(crate) fn to_vec<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensor.try_to_vec_as::<f32>().expect("a finished tensor on a working device can be read")
}

/// The mean, and not a number of none.
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// A sample of the standard normal distribution (Box and Muller 1958).
#[cfg(test)]
fn gaussian(random: &mut impl rand::Rng) -> f64 {
    let [u, v] = [1.0 - random.random::<f64>(), random.random::<f64>()];
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}
