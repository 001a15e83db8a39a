//! The paper's measures of one encoder beside classifier accuracies: what `dim evaluate --suite paper` adds.

use dim_host::data::Dataset;
use dim_host::representation::{DYNAMIC_RANGE, Representations, nearest, scale_weights};
use serde::Serialize;

use super::{
    Embedded, Information, LabelledImages, Prober, Schedule, Start, choose_labelled, fine_tune, mutual_information,
    neural_dependency, reconstruct, sigmoid,
};
use crate::model::Encoder;

/// How long each measure learns; the [schedules](Schedule) say what share of the paper's this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperSettings {
    /// Labels of the semi-supervised measure.
    pub labels: usize,
    /// Passes of fine-tuning over these.
    pub fine_tune_epochs: usize,
    /// Passes of the decoder over the training images.
    pub decoder_epochs: usize,
    /// Passes of the critic of mutual information over the training images.
    pub critic_epochs: usize,
    /// Passes of the critic of dependency over the training embeddings.
    pub dependency_epochs: usize,
}

/// Accuracy after fine-tuning with few labels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FineTuning {
    /// Where the small network sits.
    pub tap: &'static str,
    /// The small network.
    pub classifier: &'static str,
    /// Labelled images that were used.
    pub labels: usize,
    /// Passes over them.
    pub epochs: usize,
    /// Last ones whose accuracies are averaged.
    pub averaged_epochs: usize,
    /// Of the choice, the weights and the order.
    pub seed: u64,
    /// Starting from the trained encoder, 0 to 1.
    pub trained: f64,
    /// Starting from the untrained one: fully supervised with as few labels.
    pub untrained: f64,
}

/// Likeness of the test images and what a decoder draws from their embeddings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReconstructionMeasure {
    /// What the decoder sees.
    pub tap: &'static str,
    /// Passes over the training images.
    pub epochs: usize,
    /// Of weights and order.
    pub seed: u64,
    /// Of pixels in [0, 1].
    pub mean_squared_error: f64,
    /// On one scale.
    pub ssim: Option<f64>,
    /// On the scales below.
    pub ms_ssim: Option<f64>,
    /// Weights of the scales that fit the image, finest first; each halves the one before.
    pub ms_ssim_scale_weights: Vec<f64>,
    /// Of the pixels in both similarities.
    pub dynamic_range: f64,
}

/// What the embedding tells of the image.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InformationMeasure {
    /// Whose information.
    pub tap: &'static str,
    /// Passes over the training images.
    pub epochs: usize,
    /// Last ones whose values are averaged.
    pub averaged_epochs: usize,
    /// Of weights, order and pairs.
    pub seed: u64,
    /// The estimate.
    #[serde(flatten)]
    pub information: Information,
    /// `ln` of the number of training and of held-out images: what tells each from all others.
    pub ceiling_nats: f64,
    /// See `ceiling_nats`.
    pub held_out_ceiling_nats: f64,
}

/// How much the embedding's units depend on each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DependencyMeasure {
    /// Whose units.
    pub tap: &'static str,
    /// Passes over the training embeddings.
    pub epochs: usize,
    /// Last ones whose values are averaged.
    pub averaged_epochs: usize,
    /// Of weights and permutations.
    pub seed: u64,
    /// Of the sigmoid of the embedding, which prior matching shapes.
    pub with_sigmoid: Information,
    /// Of the embedding as it is.
    pub without_sigmoid: Information,
}

/// A test image and those nearest to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Neighbours {
    /// Index among the test images.
    pub image: usize,
    /// Indices among the test images, nearest first.
    pub nearest: Vec<usize>,
}

/// Trained and untrained encoder of one run with what they make of the images.
#[derive(Debug)]
pub struct Subject<'a> {
    /// Images with their classes, the seed of everything random, and where to compute.
    pub prober: Prober<'a>,
    /// Features of the training and the test images.
    pub representations: [&'a Representations; 2],
    /// In evaluation mode.
    pub trained: &'a Encoder,
    /// In evaluation mode.
    pub untrained: &'a Encoder,
}

impl Subject<'_> {
    /// The semi-supervised measure.
    pub fn fine_tuning(&self, settings: &PaperSettings) -> FineTuning {
        let Dataset { classes, train, test, .. } = self.prober.dataset;
        let labels = self.prober.labels();
        let schedule = Schedule::classifier(settings.fine_tune_epochs);
        let chosen = choose_labelled(labels.train, classes.len(), settings.labels, self.prober.seed);
        let accuracy = |encoder: &Encoder| {
            let train = LabelledImages { images: train, labels: labels.train };
            let test = LabelledImages { images: test, labels: labels.test };
            let [conv, ..] = self.representations[0];
            let start = Start { encoder, width: conv.width, classes: classes.len() };
            fine_tune(start, train, &chosen, test, schedule, self.prober.seed, self.prober.device)
        };
        FineTuning {
            tap: "conv",
            classifier: "mlp",
            labels: chosen.len(),
            epochs: schedule.epochs,
            averaged_epochs: schedule.averaged(),
            seed: self.prober.seed,
            trained: accuracy(self.trained),
            untrained: accuracy(self.untrained),
        }
    }

    /// Reconstruction from the embedding, with the pixels of each test image's.
    pub fn reconstruction(&self, settings: &PaperSettings) -> (ReconstructionMeasure, Vec<Vec<f32>>) {
        let [train, test] = self.embedded();
        let schedule = Schedule::decoder(settings.decoder_epochs);
        let reconstruction = reconstruct(train, test, schedule, self.prober.seed, self.prober.device);
        let shape = test.images.shape;
        let measure = ReconstructionMeasure {
            tap: "embedding",
            epochs: schedule.epochs,
            seed: self.prober.seed,
            mean_squared_error: reconstruction.mean_squared_error,
            ssim: reconstruction.ssim,
            ms_ssim: reconstruction.ms_ssim,
            ms_ssim_scale_weights: scale_weights(usize::from(shape.height), usize::from(shape.width)),
            dynamic_range: DYNAMIC_RANGE,
        };
        (measure, reconstruction.images)
    }

    /// Mutual information of image and embedding.
    pub fn information(&self, settings: &PaperSettings) -> InformationMeasure {
        let [train, test] = self.embedded();
        let schedule = Schedule::critic(settings.critic_epochs);
        InformationMeasure {
            tap: "embedding",
            epochs: schedule.epochs,
            averaged_epochs: schedule.averaged(),
            seed: self.prober.seed,
            information: mutual_information(train, test, schedule, self.prober.seed, self.prober.device),
            ceiling_nats: (train.images.len() as f64).ln(),
            held_out_ceiling_nats: (test.images.len() as f64).ln(),
        }
    }

    /// Dependency of the embedding's units.
    pub fn dependency(&self, settings: &PaperSettings) -> DependencyMeasure {
        let [train, test] = self.embedded().map(|embedded| embedded.embeddings);
        let schedule = Schedule::critic(settings.dependency_epochs);
        DependencyMeasure {
            tap: "embedding",
            epochs: schedule.epochs,
            averaged_epochs: schedule.averaged(),
            seed: self.prober.seed,
            with_sigmoid: neural_dependency(
                &sigmoid(train),
                &sigmoid(test),
                schedule,
                self.prober.seed,
                self.prober.device,
            ),
            without_sigmoid: neural_dependency(train, test, schedule, self.prober.seed, self.prober.device),
        }
    }

    /// For the first test image of each class, up to ten: those nearest in the embedding.
    pub fn neighbours(&self, count: usize) -> Vec<Neighbours> {
        let [_, test] = self.embedded();
        let labels = self.prober.labels().test;
        let first = |class: usize| labels.iter().position(|label| usize::from(*label) == class);
        let queries = (0..self.prober.dataset.classes.len()).filter_map(first).take(10);
        queries.map(|image| Neighbours { image, nearest: nearest(test.embeddings, image, count) }).collect()
    }

    fn embedded(&self) -> [Embedded<'_>; 2] {
        let [train, test] = self.representations.map(|[.., embeddings]| embeddings);
        [
            Embedded { images: &self.prober.dataset.train, embeddings: train },
            Embedded { images: &self.prober.dataset.test, embeddings: test },
        ]
    }
}
