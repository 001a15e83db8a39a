//! What embeddings look like while they are learned.

use super::forward::Forward;
use crate::objective::{Monitor, alignment};
use crate::settings::{Method, TrainConfig, Views};
use crate::training::metrics::Readings;

impl Forward {
    /// Records it, where embeddings are what is learned. Of two views, those of the first are before those of the second.
    pub(in crate::training) fn monitor(&self, config: &TrainConfig, readings: &mut Readings) {
        if config.method != Method::Dim {
            return;
        }
        let embeddings = self.output.embedding.clone().inner();
        let [count, _] = embeddings.dims();
        let embeddings = match config.views {
            Views::One => embeddings,
            Views::Two | Views::Crops => {
                let [first, second] = [0, count / 2].map(|from| embeddings.clone().narrow(0, from, count / 2));
                let value = alignment([first.clone(), second]);
                readings.push_plain(|metrics, value| metrics.alignment = Some(value), value);
                first
            }
        };
        let Monitor { spread, effective_rank, uniformity } = Monitor::of(&embeddings);
        readings.push_plain(|metrics, value| metrics.spread = Some(value), spread);
        readings.push_plain(|metrics, value| metrics.effective_rank = Some(value), effective_rank);
        readings.push_plain(|metrics, value| metrics.uniformity = Some(value), uniformity);
    }
}
