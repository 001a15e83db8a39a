//! Batches of labelled rows, and how often the largest score is the right one.

use burn::tensor::{Device, Int, Tensor, TensorData};
use dim_host::representation::{Features, Labelled};

use super::{rows, to_vec};

/// Rows that are scored at a time.
pub(super) const CHUNK: usize = 1000;

/// The rows of `batch` and their classes.
///
/// # Shapes
/// The result is `[batch, width]` and `[batch]`.
pub(super) fn gather(set: Labelled<'_>, batch: &[usize], device: &Device) -> (Tensor<2>, Tensor<1, Int>) {
    (rows::gather(set.features, batch, device), classes(set.labels, batch, device))
}

/// The classes of `batch`, `[batch]`.
pub(super) fn classes(labels: &[u8], batch: &[usize], device: &Device) -> Tensor<1, Int> {
    let labels: Vec<i64> = batch.iter().map(|index| i64::from(labels[*index])).collect();
    Tensor::from_data(TensorData::new(labels, [batch.len()]), device)
}

/// The class of the largest score of each row.
///
/// # Shapes
/// `score` takes `[rows, width]` to `[rows, classes]`.
pub(super) fn answers(features: &Features, score: impl Fn(Tensor<2>) -> Tensor<2>, device: &Device) -> Vec<u8> {
    let mut answers = Vec::with_capacity(features.count());
    for range in rows::ranges(features.count(), CHUNK) {
        best(&score(rows::tensor(features, range, device)), |class| answers.push(class as u8));
    }
    answers
}

/// Share of the rows, 0 to 1, whose largest score is that of their class.
///
/// # Shapes
/// `score` takes `[rows, width]` to `[rows, classes]`.
pub(super) fn accuracy(set: Labelled<'_>, score: impl Fn(Tensor<2>) -> Tensor<2>, device: &Device) -> f64 {
    let hits = |(start, labels): (usize, &[u8])| {
        hits(score(rows::tensor(set.features, start..start + labels.len(), device)), labels)
    };
    let starts = (0..).step_by(CHUNK);
    starts.zip(set.labels.chunks(CHUNK)).map(hits).sum::<usize>() as f64 / set.labels.len() as f64
}

/// Rows of `scores` `[rows, classes]` whose largest score is that of their class.
pub(super) fn hits(scores: Tensor<2>, labels: &[u8]) -> usize {
    let (mut labels, mut hits) = (labels.iter(), 0);
    best(&scores, |class| hits += usize::from(labels.next().is_some_and(|label| usize::from(*label) == class)));
    hits
}

/// Tells the class of the largest score of each row of `scores` `[rows, classes]`, in order.
fn best(scores: &Tensor<2>, mut tell: impl FnMut(usize)) {
    let [_, classes] = scores.dims();
    for row in to_vec(scores).chunks_exact(classes) {
        let largest = row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        largest.iter().for_each(|(class, _)| tell(*class));
    }
}
