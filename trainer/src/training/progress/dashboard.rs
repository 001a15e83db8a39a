//! Several lines that are drawn anew in place, for terminals.

use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::sparkline::Sparkline;
use super::watcher::{Progress, Span};
use crate::training::{Metrics, Timing};

/// Between two measurements of the speed.
const SPEED_EVERY: Duration = Duration::from_secs(1);

/// A bar with the time left; the course of loss and information; speed, and what of the time goes into waiting for
/// images.
#[derive(Debug)]
pub(super) struct Dashboard {
    label: String,
    span: Span,
    bar: ProgressBar,
    loss: Course,
    information: Course,
    speed: ProgressBar,
    /// When the speed was measured last, and after which step.
    measured: (Instant, usize),
}

/// A number with its course, in a line of its own.
#[derive(Debug)]
struct Course {
    line: ProgressBar,
    values: Sparkline,
}

impl Course {
    fn show(&mut self, value: f32, text: &str) {
        self.values.push(value);
        self.line.set_message(format!("{text:<24}{}", self.values.draw()));
    }
}

impl Dashboard {
    pub(super) fn new(label: &str) -> Self {
        let course = || Course { line: ProgressBar::hidden(), values: Sparkline::new() };
        Self {
            label: label.to_owned(),
            span: Span::default(),
            bar: ProgressBar::hidden(),
            loss: course(),
            information: course(),
            speed: ProgressBar::hidden(),
            measured: (Instant::now(), 0),
        }
    }

    fn lines(&self) -> [&ProgressBar; 4] {
        [&self.bar, &self.loss.line, &self.information.line, &self.speed]
    }
}

impl Progress for Dashboard {
    fn begin(&mut self, span: Span) {
        self.span = span;
        self.measured = (Instant::now(), span.done);
        let all = MultiProgress::new();
        let line = |label: &str, template: &str| {
            let line = ProgressBar::new(span.total as u64).with_prefix(label.to_owned());
            // A template that does not parse leaves indicatif's own.
            all.add(match ProgressStyle::with_template(template) {
                Ok(style) => line.with_style(style),
                Err(_) => line,
            })
        };
        self.bar = line(&self.label, "{prefix:<12} {bar:40.cyan/blue} {pos}/{len} steps  {eta} left");
        let text = "{prefix:<12} {msg}";
        self.loss.line = line("loss", text);
        self.information.line = line("information", text);
        self.speed = line("speed", text);
        self.bar.set_position(span.done as u64);
        self.bar.reset_eta();
    }

    fn step(&mut self, metrics: &Metrics, timing: Timing) {
        self.bar.set_position(metrics.step as u64);
        self.loss.show(metrics.loss, &format!("{:+.4}", metrics.loss));
        match metrics.information() {
            Some(value) => {
                let ceiling = self.span.ceiling.map(|ceiling| format!(" of {ceiling:.3}"));
                let text = self.span.information(value) + &ceiling.unwrap_or_default();
                self.information.show(value, &text);
            }
            None => self.information.line.set_message("-"),
        }
        let (since, step) = self.measured;
        if since.elapsed() >= SPEED_EVERY {
            let images = ((metrics.step - step) * self.span.batch_size) as f64 / since.elapsed().as_secs_f64();
            self.measured = (Instant::now(), metrics.step);
            let waiting = timing.data_wait_fraction() * 100.0;
            self.speed.set_message(format!("{images:.0} images/s, of the time {waiting:.1} % waits for images"));
        }
    }

    fn end(&mut self) {
        // Drawn a last time, and left on the screen.
        self.lines().into_iter().for_each(ProgressBar::abandon);
    }
}
