//! What is told of a run while it goes on, and who is told.

use crate::training::{Metrics, Timing};

/// Told of every step whose metrics are read.
pub trait Progress {
    /// The run begins.
    fn begin(&mut self, span: Span);
    /// A step is done; `timing` is that of all steps before it.
    fn step(&mut self, metrics: &Metrics, timing: Timing);
    /// The run ends, whether whole or not.
    fn end(&mut self);
}

/// What is to be done, and in what it is measured.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Span {
    /// Steps that were done before.
    pub done: usize,
    /// Steps of the whole run.
    pub total: usize,
    /// Images of a step, or pairs of views.
    pub batch_size: usize,
    /// Unit of the estimates of information; `None` where they have none.
    pub unit: Option<&'static str>,
    /// What they cannot exceed.
    pub ceiling: Option<f64>,
}

impl Span {
    /// An estimate of information with its unit.
    pub(super) fn information(&self, value: f32) -> String {
        match self.unit {
            Some(unit) => format!("{value:.3} {unit}"),
            None => format!("{value:.3}"),
        }
    }
}

/// Says nothing.
#[derive(Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&mut self, _: Span) {}
    fn step(&mut self, _: &Metrics, _: Timing) {}
    fn end(&mut self) {}
}
