//! Rows of the paper, each with the runs that it is about under it.

use std::path::PathBuf;

use dim_host::representation::Classifier;
use serde::Serialize;

use super::evaluated::{Evaluated, Measured};
use super::figures::{AccuracyFigure, AccuracyFigures, Figures, MeasureFigure, is_about};

/// What one classifier reads, or what measures of the embedding say.
#[derive(Debug, Serialize)]
pub(super) struct Table<T> {
    /// None of measures without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) classifier: Option<Classifier>,
    /// Whether rows differ in tasks beside the objective; runs with the paper's objective only are in it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) extra_tasks: bool,
    /// Where the paper's figures were read; none where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) provenance: Option<String>,
    pub(super) rows: Vec<Row<T>>,
}

/// One training of one encoder.
#[derive(Debug, Serialize)]
pub(super) struct Row<T> {
    pub(super) source: Source,
    /// The paper's name, or the run's objective.
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) run: Option<PathBuf>,
    /// None of raw pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) encoder: Option<String>,
    /// Whole passes of training.
    pub(super) epochs: usize,
    /// Of a run that has not finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) planned_epochs: Option<usize>,
    /// Training images of the classifier; the paper's are all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) train_images: Option<usize>,
    /// Of training.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<u64>,
    #[serde(flatten)]
    pub(super) numbers: T,
}

/// Who measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Source {
    /// The authors.
    Paper,
    /// `dim`, on a trained encoder.
    Ours,
    /// `dim`, on what learned nothing.
    Untrained,
}

/// Accuracies, 0 to 1, by tap; raw pixels have their own.
#[derive(Debug, Default, Serialize)]
pub(super) struct Accuracies {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) conv: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fc: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) embedding: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pixels: Option<f64>,
    /// Standard deviations over several runs of the classifier, in the order of the taps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) deviations: Vec<f64>,
    /// How the classifier learned; unknown of the paper's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) learned: Option<Learned>,
}

/// How a classifier learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Learned {
    /// The most of any tap.
    pub(super) classifier_epochs: usize,
    /// Last ones whose accuracies are averaged.
    pub(super) averaged_epochs: usize,
    pub(super) classifier_runs: usize,
    /// Of the first run.
    pub(super) classifier_seed: u64,
}

/// Measures of the embedding, in nats but for the likeness; ours on held-out images.
#[derive(Debug, Default, Serialize)]
pub(super) struct Measures {
    pub(super) ms_ssim: Option<f64>,
    pub(super) information: Option<f64>,
    pub(super) dependency: Option<f64>,
    pub(super) dependency_without_sigmoid: Option<f64>,
}

/// One table for each classifier that the paper or a run has; another one of the paper's extra tasks, if there is a
/// run that it is about.
pub(super) fn tables(figures: &Figures, dataset: &str, runs: &[Evaluated]) -> Vec<Table<Accuracies>> {
    let of_the_paper = |classifier, extra_tasks| {
        let mut tables = figures.tables.iter().filter(|table| is_named(&table.datasets, dataset));
        tables.find(|table| (table.classifier, table.extra_tasks) == (classifier, extra_tasks))
    };
    let classifiers = [Classifier::Mlp, Classifier::Svm, Classifier::Softmax, Classifier::Knn];
    let tables = classifiers.map(|classifier| {
        let paper = of_the_paper(classifier, false);
        let runs: Vec<&Evaluated> = runs.iter().collect();
        let mut rows = beside_accuracies(paper, &runs, classifier);
        rows.extend(untrained(&runs, classifier));
        Table { classifier: Some(classifier), extra_tasks: false, provenance: provenance(paper), rows }
    });
    let extra = of_the_paper(Classifier::Mlp, true).and_then(|paper| {
        let is_about = |run: &&Evaluated| paper.rows.iter().any(|figure| figure_is_about(figure, run));
        let runs: Vec<&Evaluated> = runs.iter().filter(is_about).collect();
        let rows = beside_accuracies(Some(paper), &runs, Classifier::Mlp);
        let has_runs = rows.iter().any(|row| row.source == Source::Ours);
        let classifier = Some(Classifier::Mlp);
        has_runs.then(|| Table { classifier, extra_tasks: true, provenance: provenance(Some(paper)), rows })
    });
    tables.into_iter().chain(extra).filter(|table| !table.rows.is_empty()).collect()
}

fn is_named(names: &[String], dataset: &str) -> bool {
    names.iter().any(|name| name == dataset)
}

fn provenance(paper: Option<&AccuracyFigures>) -> Option<String> {
    paper.map(|paper| paper.provenance.clone())
}

fn beside_accuracies(
    paper: Option<&AccuracyFigures>,
    runs: &[&Evaluated],
    classifier: Classifier,
) -> Vec<Row<Accuracies>> {
    let figures = paper.into_iter().flat_map(|table| {
        table.rows.iter().map(|figure| {
            let is_about = move |run: &Evaluated| figure_is_about(figure, run);
            (is_about, paper_row(&figure.name, &table.encoder, table.epochs, percents(figure)))
        })
    });
    beside(figures, runs, |run| Some(accuracies(run, classifier, "trained")).filter(has_any))
}

/// Whether a run has the objective of a row, and its tasks if it has some.
fn figure_is_about(figure: &AccuracyFigure, run: &Evaluated) -> bool {
    let same_tasks = figure.tasks.as_ref().is_none_or(|tasks| *tasks == run.tasks());
    is_about(&figure.objectives, run.kind()) && same_tasks
}

/// The other measures of the paper's extended comparison.
pub(super) fn measures(figures: &Figures, dataset: &str, runs: &[Evaluated]) -> Table<Measures> {
    let runs: Vec<&Evaluated> = runs.iter().collect();
    let of_the_paper = figures.measures.iter().find(|table| is_named(&table.datasets, dataset));
    let paper = of_the_paper.into_iter().flat_map(|table| {
        table.rows.iter().map(|figure| {
            let &MeasureFigure { ms_ssim, information, dependency, dependency_without_sigmoid, .. } = figure;
            let numbers = Measures { ms_ssim, information, dependency, dependency_without_sigmoid };
            let is_about = |run: &Evaluated| is_about(&figure.objectives, run.kind());
            (is_about, paper_row(&figure.name, &table.encoder, table.epochs, numbers))
        })
    });
    let ours = |run: &Evaluated| {
        let dependency = run.neural_dependency.as_ref();
        run.reconstruction.as_ref().map(|reconstruction| Measures {
            ms_ssim: reconstruction.ms_ssim,
            information: run.mutual_information.as_ref().and_then(|information| information.held_out_nats),
            dependency: dependency.and_then(|dependency| dependency.with_sigmoid.held_out_nats),
            dependency_without_sigmoid: dependency.and_then(|dependency| dependency.without_sigmoid.held_out_nats),
        })
    };
    let provenance = of_the_paper.map(|table| table.provenance.clone());
    Table { classifier: None, extra_tasks: false, provenance, rows: beside(paper, &runs, ours) }
}

/// Rows of the paper with the runs that they are about, and then all other runs.
fn beside<T>(
    paper: impl Iterator<Item = (impl Fn(&Evaluated) -> bool, Row<T>)>,
    runs: &[&Evaluated],
    numbers: impl Fn(&Evaluated) -> Option<T>,
) -> Vec<Row<T>> {
    let mut rows = Vec::new();
    let mut left = runs.to_vec();
    for (is_about, row) in paper {
        rows.push(row);
        let (here, others): (Vec<&Evaluated>, _) = left.into_iter().partition(|run| is_about(run));
        rows.extend(here.into_iter().filter_map(|run| Some(our_row(run, numbers(run)?))));
        left = others;
    }
    rows.extend(left.into_iter().filter_map(|run| Some(our_row(run, numbers(run)?))));
    rows
}

fn paper_row<T>(name: &str, encoder: &str, epochs: usize, numbers: T) -> Row<T> {
    let (name, encoder) = (name.to_owned(), Some(encoder.to_owned()));
    Row {
        source: Source::Paper,
        name,
        run: None,
        encoder,
        epochs,
        planned_epochs: None,
        train_images: None,
        seed: None,
        numbers,
    }
}

fn our_row<T>(run: &Evaluated, numbers: T) -> Row<T> {
    Row {
        source: Source::Ours,
        name: run.objective.clone(),
        run: Some(run.run.clone()),
        encoder: Some(run.encoder.clone()),
        epochs: run.epochs,
        planned_epochs: (run.epochs < run.planned_epochs).then_some(run.planned_epochs),
        train_images: Some(run.train_images),
        seed: Some(run.seed),
        numbers,
    }
}

/// Untrained encoders and raw pixels, each once.
fn untrained(runs: &[&Evaluated], classifier: Classifier) -> Vec<Row<Accuracies>> {
    let mut rows: Vec<Row<Accuracies>> = Vec::new();
    for (features, name) in [("untrained", "random"), ("raw_pixels", "raw pixels")] {
        for run in runs {
            let numbers = accuracies(run, classifier, features);
            let encoder = (features == "untrained").then(|| run.encoder.clone());
            let row = Row {
                source: Source::Untrained,
                name: name.to_owned(),
                run: None,
                encoder,
                epochs: 0,
                planned_epochs: None,
                ..our_row(run, numbers)
            };
            let same = |other: &Row<Accuracies>| {
                let of = |row: &Row<Accuracies>| {
                    (row.name.clone(), row.encoder.clone(), row.seed, row.train_images, row.numbers.learned)
                };
                of(other) == of(&row)
            };
            if has_any(&row.numbers) && !rows.iter().any(same) {
                rows.push(row);
            }
        }
    }
    rows
}

fn has_any(accuracies: &Accuracies) -> bool {
    accuracies.learned.is_some()
}

/// Of one kind of features in one run.
fn accuracies(run: &Evaluated, classifier: Classifier, features: &str) -> Accuracies {
    let measured: Vec<&Measured> = run
        .measurements
        .iter()
        .filter(|measured| measured.classifier == classifier && measured.features == features)
        .collect();
    let at = |tap: &str| measured.iter().find(|measured| measured.tap == tap).map(|measured| measured.accuracy);
    let several = measured.iter().any(|measured| measured.runs > 1);
    Accuracies {
        conv: at("conv"),
        fc: at("fc"),
        embedding: at("embedding"),
        pixels: at("pixels"),
        deviations: measured.iter().filter(|_| several).map(|measured| measured.deviation).collect(),
        learned: measured.first().map(|first| Learned {
            classifier_epochs: measured.iter().map(|measured| measured.epochs).max().unwrap_or(0),
            averaged_epochs: first.averaged_epochs,
            classifier_runs: first.runs,
            classifier_seed: first.seed,
        }),
    }
}

/// As fractions with the digits that are printed.
fn percents(figure: &AccuracyFigure) -> Accuracies {
    let fraction = |percent: Option<f64>| percent.map(|percent| (percent * 100.0).round() / 1e4);
    let [conv, fc, embedding] = [figure.conv, figure.fc, figure.embedding].map(fraction);
    let deviations = figure.deviations.iter().map(|percent| percent / 100.0).collect();
    Accuracies { conv, fc, embedding, deviations, ..Accuracies::default() }
}
