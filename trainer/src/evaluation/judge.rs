//! Accuracies of classifiers on frozen features, with everything that is needed to obtain them again.

use dim_host::representation::{
    Classifier, Confusion, Features, Labelled, Measurement, Representations, TAPS, raw_pixels, support_vector,
};
use dim_model_format::TapKind;

use super::mean::mean;
use super::{LINEAR_PROBE_EPOCHS, Prober, Schedule, crop_maps, knn_classes, linear_classes, mlp_probe, share_of_equal};
use crate::model::Encoder;

/// Which classifiers judge, and how long they learn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judges {
    /// In the order in which they are reported.
    pub classifiers: &'static [Classifier],
    /// Runs of the linear classifiers, with consecutive seeds.
    pub runs: usize,
    /// Of the MLP.
    pub schedule: Schedule,
}

impl Judges {
    /// Linear probe and k-NN, once.
    pub const QUICK: Self =
        Self { classifiers: &[Classifier::Softmax, Classifier::Knn], runs: 1, schedule: Schedule::classifier(0) };

    /// The paper's MLP beside the quick ones, with so many epochs, once.
    pub const fn probes(mlp_epochs: usize) -> Self {
        Self {
            classifiers: &[Classifier::Softmax, Classifier::Mlp, Classifier::Knn],
            runs: 1,
            schedule: Schedule::classifier(mlp_epochs),
        }
    }

    /// The paper's classifiers beside the quick ones, with so many epochs of the MLP.
    pub const fn paper(mlp_epochs: usize) -> Self {
        Self {
            classifiers: &[Classifier::Softmax, Classifier::Svm, Classifier::Mlp, Classifier::Knn],
            runs: 5,
            schedule: Schedule::classifier(mlp_epochs),
        }
    }
}

impl Prober<'_> {
    /// Judges features of the training and the test images.
    pub fn judge(
        &self,
        judges: Judges,
        features: &'static str,
        tap: &'static str,
        [train, test]: [&Features; 2],
    ) -> Vec<Measurement> {
        let width = train.width;
        let train = Labelled { features: train, labels: self.labels().train };
        let test = Labelled { features: test, labels: self.labels().test };
        let classes = self.dataset.classes.len();
        let measure = |classifier: &Classifier| {
            let mut first = None;
            // What was answered is kept of the first run.
            let mut judged = |answers: Vec<u8>| {
                let confusion = || Confusion::of(test.labels, &answers, [classes; 2]);
                first.get_or_insert_with(confusion);
                share_of_equal(&answers, test.labels)
            };
            let runs = match classifier {
                Classifier::Softmax | Classifier::Svm => judges.runs,
                Classifier::Mlp | Classifier::Knn => 1,
            };
            let mut run = |run: usize| {
                let seed = self.seed.wrapping_add(run as u64);
                match classifier {
                    Classifier::Softmax => {
                        let answers = linear_classes(train, test.features, classes, seed, self.device);
                        (judged(answers), LINEAR_PROBE_EPOCHS)
                    }
                    Classifier::Svm => {
                        let outcome = support_vector(train, test, classes, seed);
                        (outcome.accuracy, outcome.passes)
                    }
                    Classifier::Mlp => {
                        let accuracy = mlp_probe(train, test, classes, judges.schedule, seed, self.device);
                        (accuracy, judges.schedule.epochs)
                    }
                    Classifier::Knn => (judged(knn_classes(train, test.features, self.device)), 0),
                }
            };
            let (accuracies, epochs): (Vec<f64>, Vec<usize>) = (0..runs).map(&mut run).unzip();
            Measurement {
                features,
                tap,
                width,
                classifier: *classifier,
                accuracy: mean(&accuracies),
                deviation: deviation(&accuracies),
                runs,
                seed: self.seed,
                epochs: epochs.into_iter().max().unwrap_or(0),
                averaged_epochs: if *classifier == Classifier::Mlp { judges.schedule.averaged() } else { 1 },
                mean_over_classes: first.as_ref().map(Confusion::mean_over_classes),
                confusion: first.filter(|_| tap == TapKind::Embedding.name()),
            }
        };
        judges.classifiers.iter().map(measure).collect()
    }

    /// Judges every tap of the training and the test images, and before them the map of crops of an encoder that has one
    /// which is none of them.
    pub fn judge_encoder(
        &self,
        judges: Judges,
        features: &'static str,
        encoder: &Encoder,
        [train, test]: [&Representations; 2],
    ) -> Vec<Measurement> {
        let mut measurements = Vec::new();
        let maps = [&self.dataset.train, &self.dataset.test].map(|images| crop_maps(encoder, images, self.device));
        if let [Some(train), Some(test)] = &maps {
            measurements.extend(self.judge(judges, features, TapKind::FeatureMap.name(), [train, test]));
        }
        for (tap, (train, test)) in TAPS.iter().zip(train.iter().zip(test)) {
            measurements.extend(self.judge(judges, features, tap.name(), [train, test]));
        }
        measurements
    }

    /// Judges the pixels themselves.
    pub fn judge_raw_pixels(&self, judges: Judges) -> Vec<Measurement> {
        let [train, test] = [&self.dataset.train, &self.dataset.test].map(raw_pixels);
        self.judge(judges, "raw_pixels", "pixels", [&train, &test])
    }
}

/// Standard deviation of a sample, `sqrt(sum (x - mean)^2 / (n - 1))`; 0 of a single value.
fn deviation(values: &[f64]) -> f64 {
    let mean = mean(values);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (squares / (values.len().max(2) - 1) as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deviation_of_a_sample() {
        assert_eq!(deviation(&[0.5]), 0.0);
        assert!((deviation(&[1.0, 2.0, 3.0, 4.0]) - 1.290_994).abs() < 1e-6);
    }
}
