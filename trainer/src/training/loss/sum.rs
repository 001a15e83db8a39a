//! The weighted sum that a step minimizes, with a record of its parts.

use burn::tensor::{Device, Tensor};

use crate::model::{Critic, Encoded};
use crate::objective::Contrast;
use crate::settings::TrainConfig;
use crate::training::metrics::{Readings, Record};

/// The loss so far.
pub(super) struct WeightedSum<'a> {
    pub(super) config: &'a TrainConfig,
    total: Option<Tensor<1>>,
    squares: Vec<Tensor<1>>,
    pub(super) readings: &'a mut Readings,
}

impl<'a> WeightedSum<'a> {
    /// Nothing yet.
    pub(super) fn new(config: &'a TrainConfig, readings: &'a mut Readings) -> Self {
        Self { config, total: None, squares: Vec::new(), readings }
    }

    /// Adds a part, `[1]`, and records it without its weight.
    pub(super) fn add(&mut self, weight: f64, value: Tensor<1>, record: Record) {
        self.readings.push(record, value.clone());
        self.add_weighted(weight, value);
    }

    /// Adds minus an estimate, `[1]`, and records the estimate without its weight.
    pub(super) fn add_information(&mut self, weight: f64, information: Tensor<1>, record: Record) {
        self.readings.push(record, information.clone());
        self.add_weighted(-weight, information);
    }

    /// Adds minus the estimate that a critic makes of some batches, averaged over them.
    pub(super) fn add_estimate<C: Critic>(&mut self, weight: f64, critic: &C, batches: Vec<Encoded>, record: Record) {
        let contrast = Contrast::of(self.config);
        let count = batches.len() as f64;
        let mut information = Vec::with_capacity(batches.len());
        for encoded in batches {
            let [cells, _] = encoded.cells.dims();
            let offset = contrast.estimator.offset(encoded.batch, cells / encoded.batch);
            let found = contrast.loss(critic, encoded);
            information.push(-found.loss.inner() + offset);
            self.squares.extend(found.square);
            self.add_weighted(weight / count, found.total);
        }
        self.readings.push(record, mean(information));
    }

    fn add_weighted(&mut self, weight: f64, value: Tensor<1>) {
        let value = if weight == 1.0 { value } else { value * weight };
        self.total = Some(match self.total.take() {
            Some(total) => total + value,
            None => value,
        });
    }

    /// The sum, `[1]`.
    pub(super) fn finish(self, device: &Device) -> Tensor<1> {
        if !self.squares.is_empty() {
            let squares = self.squares.into_iter().map(Tensor::inner).collect();
            self.readings.push(|metrics, value| metrics.squared_score = Some(value), mean(squares));
        }
        let total = self.total.unwrap_or_else(|| Tensor::zeros([1], device));
        self.readings.push(|metrics, value| metrics.loss = value, total.clone());
        total
    }
}

/// Of numbers `[1]`; of one of them itself, which no kernel computes.
fn mean(mut numbers: Vec<Tensor<1>>) -> Tensor<1> {
    if numbers.len() == 1 { numbers.remove(0) } else { Tensor::cat(numbers, 0).mean() }
}
