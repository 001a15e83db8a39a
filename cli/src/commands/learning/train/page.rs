//! The run's `report.html` until `dim evaluate` replaces it by one with accuracies.

use dim_host::report::{self, Report};
use dim_trainer::training::{Metrics, Run};

use super::spent::Spent;
use crate::commands::learning::about_run::{about, settings};
use crate::commands::learning::pictures;

pub(super) fn render(run: &Run, metrics: &[Metrics], spent: Spent) -> anyhow::Result<String> {
    let mut facts = about(run)?;
    let [height, width, channels] = run.dataset.shape;
    let mut fact = |name: &str, value: String| facts.push((name.to_owned(), value));
    fact("images", format!("{height}x{width}x{channels}, {} classes", run.dataset.classes.len()));
    fact("fingerprint of the data", run.dataset.fingerprint.clone());
    fact(
        "steps",
        format!("{}, {:.1} ms each", metrics.last().map_or(0, |last| last.step), spent.milliseconds_per_step()),
    );
    fact("time", format!("{:.0} s of the last command", spent.seconds));
    fact("waiting for images", format!("{:.2} % of it", spent.data_wait_fraction * 100.0));
    report::render(&Report {
        title: format!("Training of {}", run.architecture().name),
        facts,
        verdict: verdict(run, metrics),
        curves: pictures::curves(run)?,
        accuracies: None,
        confusions: Vec::new(),
        measures: Vec::new(),
        map: Vec::new(),
        map_of: String::new(),
        saw_classes: None,
        classes: Vec::new(),
        similarities: Vec::new(),
        neighbours: Vec::new(),
        reconstructions: Vec::new(),
        live: None,
        settings: settings(run)?,
    })
}

/// What the encoder learned, in words, and what tells whether that is of use.
fn verdict(run: &Run, metrics: &[Metrics]) -> String {
    let learned = match (metrics.first(), metrics.last()) {
        (Some(first), Some(last)) => match (first.information(), last.information()) {
            (Some(from), Some(to)) => {
                let ceiling = run.information_ceiling().map(|ceiling| format!(", of at most {ceiling:.3}"));
                let unit = run.information_unit().map(|unit| format!(" {unit}")).unwrap_or_default();
                let ceiling = ceiling.unwrap_or_default();
                format!("The estimated information went from {from:.3} to {to:.3}{unit}{ceiling}.")
            }
            _ => format!("The loss went from {:.4} to {:.4}.", first.loss, last.loss),
        },
        _ => "Nothing was recorded yet.".to_owned(),
    };
    format!("{learned} Run dim evaluate on this folder to see what the representations are worth.")
}
