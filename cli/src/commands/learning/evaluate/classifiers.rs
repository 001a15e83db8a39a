//! Who judged, on which features, and how each learned.

use dim_host::representation::{Classifier, Measurement};

use super::evaluation::Evaluation;

/// The classifiers that judged, in order.
pub(super) fn classifiers(measurements: &[Measurement]) -> Vec<Classifier> {
    rows(measurements).next().unwrap_or_default().iter().map(|measurement| measurement.classifier).collect()
}

/// Measurements of the same features, in the order of the classifiers.
pub(super) fn rows(measurements: &[Measurement]) -> impl Iterator<Item = &[Measurement]> {
    measurements.chunk_by(|a, b| (a.features, a.tap) == (b.features, b.tap))
}

/// Name of each classifier, and how long it learned, from which seed, and what is averaged.
pub(super) fn explain(evaluation: &Evaluation) -> Vec<(&'static str, String)> {
    let line = |classifier: Classifier| {
        let of = || evaluation.measurements.iter().filter(|measurement| measurement.classifier == classifier);
        let runs = of().next().map_or(1, |measurement| measurement.runs);
        let averaged = of().next().map_or(1, |measurement| measurement.averaged_epochs);
        let epochs = of().map(|measurement| measurement.epochs).max().unwrap_or(0);
        let seed = evaluation.seed;
        let seeds = if runs > 1 {
            format!("seeds {seed} to {}, mean ± deviation", seed.wrapping_add(runs as u64 - 1))
        } else {
            format!("seed {seed}")
        };
        let how = match classifier {
            Classifier::Softmax => format!("softmax on standardized features, {epochs} epochs, {seeds}"),
            Classifier::Svm => {
                format!("squared hinge, C = 1, to a gap of 0.1 % in at most {epochs} passes, {seeds}")
            }
            Classifier::Mlp => {
                format!("200 hidden units, {epochs} epochs, mean over the last {averaged}, {seeds}")
            }
            Classifier::Knn => format!("majority of the {} nearest by cosine", evaluation.knn_neighbours),
        };
        (classifier.title(), how)
    };
    classifiers(&evaluation.measurements).into_iter().map(line).collect()
}
