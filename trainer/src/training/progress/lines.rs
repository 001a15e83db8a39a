//! A line now and then, for logs.

use std::time::{Duration, Instant};

use super::watcher::{Progress, Span};
use crate::training::{Metrics, Timing};

/// Between two lines.
const EVERY: Duration = Duration::from_secs(10);

/// Writes to standard error.
#[derive(Debug)]
pub(super) struct Lines {
    label: String,
    span: Span,
    started: Instant,
    last_line: Instant,
}

impl Lines {
    pub(super) fn new(label: &str) -> Self {
        let now = Instant::now();
        Self { label: label.to_owned(), span: Span::default(), started: now, last_line: now }
    }
}

impl Progress for Lines {
    fn begin(&mut self, span: Span) {
        self.span = span;
        (self.started, self.last_line) = (Instant::now(), Instant::now());
    }

    fn step(&mut self, metrics: &Metrics, _: Timing) {
        let Span { done, total, .. } = self.span;
        if self.last_line.elapsed() < EVERY && metrics.step != total && metrics.knn.is_none() {
            return;
        }
        self.last_line = Instant::now();
        let left = self.started.elapsed() / (metrics.step - done).max(1) as u32 * (total - metrics.step) as u32;
        let information = metrics.information().map(|value| format!("  information {}", self.span.information(value)));
        let knn = metrics.knn.map(|share| format!("  k-NN {:.1} %", share * 100.0));
        eprintln!(
            "{:<10} {}/{total} steps  loss {:+.4}{}{}  {} s left",
            self.label,
            metrics.step,
            metrics.loss,
            information.unwrap_or_default(),
            knn.unwrap_or_default(),
            left.as_secs()
        );
    }

    fn end(&mut self) {}
}
