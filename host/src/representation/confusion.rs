//! Which classes a classifier takes for which.

use serde::{Deserialize, Serialize};

/// Images of each class (a row) by the class that they were taken for (a column); `[classes][answers]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Confusion(Vec<Vec<usize>>);

impl Confusion {
    /// Counts `answers`, each below `columns`, to images whose class is the label at the same place.
    pub fn of(labels: &[u8], answers: &[u8], [rows, columns]: [usize; 2]) -> Self {
        let mut counts = vec![vec![0; columns]; rows];
        for (label, answer) in labels.iter().zip(answers) {
            counts[usize::from(*label)][usize::from(*answer)] += 1;
        }
        Self(counts)
    }

    /// The row of each class.
    pub fn rows(&self) -> &[Vec<usize>] {
        &self.0
    }

    /// How many images are taken for what they are.
    pub fn correct(&self) -> usize {
        self.right().map(|(right, _)| right).sum()
    }

    /// Share of the images, 0 to 1, that are taken for what they are.
    pub fn accuracy(&self) -> f64 {
        self.correct() as f64 / self.images() as f64
    }

    /// The same share of each class, averaged over the classes that have images: a rare class counts as much as a common
    /// one.
    pub fn mean_over_classes(&self) -> f64 {
        let shares: Vec<f64> = self
            .right()
            .filter(|(_, images)| *images > 0)
            .map(|(right, images)| right as f64 / images as f64)
            .collect();
        shares.iter().sum::<f64>() / shares.len() as f64
    }

    /// Share of the images, 0 to 1, that are of the largest class: the accuracy of whoever always answers that one.
    pub fn largest_class_share(&self) -> f64 {
        self.right().map(|(_, images)| images).max().unwrap_or(0) as f64 / self.images() as f64
    }

    /// Of each class, how many images are taken for it and how many there are.
    fn right(&self) -> impl Iterator<Item = (usize, usize)> {
        self.0.iter().enumerate().map(|(class, row)| (row.get(class).copied().unwrap_or(0), row.iter().sum()))
    }

    fn images(&self) -> usize {
        self.0.iter().flatten().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Eight of one class, one of them missed, and two of another, both missed; a third has none.
    #[test]
    fn a_rare_class_that_is_always_missed_shows_in_the_mean() {
        let labels = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1];
        let answers = [0, 0, 0, 0, 0, 0, 0, 3, 0, 0];
        let confusion = Confusion::of(&labels, &answers, [3, 4]);
        assert_eq!(confusion.rows(), [[7, 0, 0, 1], [2, 0, 0, 0], [0; 4]]);
        assert_eq!(confusion.correct(), 7);
        assert!((confusion.accuracy() - 0.7).abs() < 1e-12);
        assert!((confusion.mean_over_classes() - 7.0 / 16.0).abs() < 1e-12);
        assert!((confusion.largest_class_share() - 0.8).abs() < 1e-12);
    }
}
