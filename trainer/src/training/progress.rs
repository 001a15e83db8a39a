//! What a person sees while a run goes on.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::Metrics;

/// Told of every step whose metrics are read.
pub trait Progress {
    /// The run begins after `done` of `total` steps.
    fn begin(&mut self, done: usize, total: usize);
    /// A step is done.
    fn step(&mut self, metrics: &Metrics);
    /// The run ends, whether whole or not.
    fn end(&mut self);
}

/// Says nothing.
#[derive(Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&mut self, _: usize, _: usize) {}
    fn step(&mut self, _: &Metrics) {}
    fn end(&mut self) {}
}

/// A bar with time left on a terminal, and a line now and then elsewhere; both on standard error.
#[derive(Debug)]
pub struct Bar {
    label: String,
    bar: ProgressBar,
    terminal: bool,
    started: Instant,
    done_before: usize,
    total: usize,
    last_line: Instant,
}

/// Between two lines where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

impl Bar {
    /// A bar that starts with `label`.
    pub fn new(label: &str) -> Self {
        let now = Instant::now();
        Self {
            label: label.to_owned(),
            bar: ProgressBar::hidden(),
            terminal: std::io::stderr().is_terminal(),
            started: now,
            done_before: 0,
            total: 0,
            last_line: now,
        }
    }
}

impl Progress for Bar {
    fn begin(&mut self, done: usize, total: usize) {
        (self.started, self.last_line) = (Instant::now(), Instant::now());
        (self.done_before, self.total) = (done, total);
        if self.terminal {
            let style = "{prefix:<10} {bar:32.cyan/blue} {pos}/{len} steps  {msg}  {eta} left";
            self.bar = ProgressBar::new(total as u64).with_prefix(self.label.clone());
            // A template that does not parse leaves indicatif's own.
            if let Ok(style) = ProgressStyle::with_template(style) {
                self.bar.set_style(style);
            }
            self.bar.set_position(done as u64);
            self.bar.reset_eta();
        }
    }

    fn step(&mut self, metrics: &Metrics) {
        let information = metrics.information().map(|nats| format!("  information {nats:.3} nats"));
        let message = format!("loss {:+.4}{}", metrics.loss, information.unwrap_or_default());
        if self.terminal {
            self.bar.set_message(message);
            self.bar.set_position(metrics.step as u64);
        } else if self.last_line.elapsed() >= LINE_EVERY || metrics.step == self.total {
            self.last_line = Instant::now();
            let here = (metrics.step - self.done_before).max(1);
            let left = self.started.elapsed() / here as u32 * (self.total - metrics.step) as u32;
            eprintln!("{:<10} {}/{} steps  {message}  {} s left", self.label, metrics.step, self.total, left.as_secs());
        }
    }

    fn end(&mut self) {
        self.bar.abandon();
    }
}
