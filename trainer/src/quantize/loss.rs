//! What a difference of two accuracies on the same images is worth.

use serde::{Deserialize, Serialize};

use crate::evaluation::Answers;

/// Accuracy that is lost between two classifiers of the same images.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Loss {
    /// `(b - c) / n`, where the first alone is right on `b` of `n` images and the second alone on `c`; negative for a gain.
    pub loss: f64,
    /// Of the loss, as of paired proportions: `sqrt(b + c - (b - c)^2 / n) / n` (McNemar 1947). At least the weight of one
    /// image, since two classifiers that agree on few images may still differ on the next one.
    pub standard_error: f64,
    /// `n`.
    pub images: usize,
}

/// The losses of both probes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Losses {
    /// Of the linear probe.
    pub linear: Loss,
    /// Of k-NN.
    pub knn: Loss,
}

impl Loss {
    fn of(before: &[u8], after: &[u8], labels: &[u8]) -> Self {
        let (mut lost, mut won) = (0, 0);
        for ((before, after), label) in before.iter().zip(after).zip(labels) {
            lost += usize::from(before == label && after != label);
            won += usize::from(before != label && after == label);
        }
        let [images, lost, won] = [labels.len(), lost, won].map(|count| count as f64);
        let variance = lost + won - (lost - won).powi(2) / images;
        Self { loss: (lost - won) / images, standard_error: variance.sqrt().max(1.0) / images, images: labels.len() }
    }

    /// Whether a loss of more than `budget` cannot be put down to which images were held out: it exceeds the budget by
    /// more than its standard error.
    pub fn exceeds(self, budget: f64) -> bool {
        self.loss - self.standard_error > budget
    }
}

impl Losses {
    /// Between the answers of both probes before and after.
    pub(super) fn of(before: &Answers, after: &Answers, labels: &[u8]) -> Self {
        let linear = Loss::of(&before.linear, &after.linear, labels);
        Self { linear, knn: Loss::of(&before.knn, &after.knn, labels) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of 25 images, the first is right on all, the second misses the first `lost`.
    fn loss(lost: usize) -> Loss {
        let labels = [1; 25];
        let mut after = labels;
        after[..lost].fill(0);
        Loss::of(&labels, &after, &labels)
    }

    #[test]
    fn one_image_of_few_is_no_evidence() {
        assert!((loss(1).loss - 0.04).abs() < 1e-12 && (loss(1).standard_error - 0.04).abs() < 1e-12);
        assert!(!loss(0).exceeds(0.02) && !loss(1).exceeds(0.02));
        // sqrt(3 - 9 / 25) / 25
        assert!((loss(3).standard_error - 0.064_992).abs() < 1e-6);
        assert!(loss(3).exceeds(0.02) && loss(3).exceeds(-1.0));
    }

    #[test]
    fn images_won_make_up_for_images_lost() {
        let labels = [0; 100];
        let [mut before, mut after] = [labels; 2];
        before[..7].fill(1);
        after[5..10].fill(1);
        let Loss { loss, standard_error, images } = Loss::of(&before, &after, &labels);
        // Lost 3, won 5.
        assert!((loss + 0.02).abs() < 1e-12 && images == 100);
        assert!((standard_error - (8.0_f64 - 0.04).sqrt() / 100.0).abs() < 1e-12);
    }
}
