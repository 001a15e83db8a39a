//! The run's `report.html`.

use dim_host::data::Dataset;
use dim_host::report::{self, AccuracyRow, AccuracyTable, ConfusionMatrix, Live, NeighbourRow, Picture};
use dim_host::representation::{Features, Measurement};
use dim_trainer::evaluation::Neighbours;
use dim_trainer::training::Run;

use super::classifiers::{classifiers, explain, rows};
use super::evaluation::Evaluation;
use super::measures::measures;
use crate::commands::learning::about_run::{about, settings};
use crate::commands::learning::pictures;

pub(super) fn render(
    evaluation: &Evaluation,
    run: &Run,
    dataset: &Dataset,
    embeddings: &Features,
    neighbours: &[Neighbours],
    drawn: &[Vec<f32>],
    live: Option<Live>,
) -> anyhow::Result<String> {
    let mut facts = about(run)?;
    let Evaluation { dataset: name, train_images, test_images, .. } = evaluation;
    let evaluated_on = format!("{name}, {train_images} training and {test_images} held-out images");
    facts.push(("evaluated on".to_owned(), evaluated_on));
    let share = format!("{:.1} % of the held-out images", evaluation.largest_class_share * 100.0);
    facts.push(("largest class".to_owned(), share));
    let labels = dataset.labels()?.test;
    let neighbours = neighbours.iter().map(|Neighbours { image, nearest }| NeighbourRow {
        class: dataset.classes[usize::from(labels[*image])].clone(),
        query: pictures::picture(&dataset.test, *image),
        nearest: nearest
            .iter()
            .map(|near| (pictures::picture(&dataset.test, *near), labels[*near] == labels[*image]))
            .collect(),
    });
    let reconstruction = |(index, pixels): (usize, &Vec<f32>)| {
        let original = pictures::picture(&dataset.test, index);
        let drawn = Picture { shape: original.shape, pixels: pixels.iter().map(|pixel| pixel.round() as u8).collect() };
        [original, drawn]
    };
    report::render(&report::Report {
        title: format!("Evaluation of {}", evaluation.encoder),
        facts,
        verdict: verdict(evaluation),
        curves: pictures::curves(run)?,
        accuracies: Some(table(evaluation)),
        confusions: confusions(evaluation, dataset),
        measures: evaluation.paper.as_ref().map(measures).unwrap_or_default(),
        map: pictures::map(embeddings, labels, evaluation.seed),
        map_of: "embedding".to_owned(),
        saw_classes: run.imported.is_none().then(|| run.config.method.reads_labels()),
        classes: dataset.classes.clone(),
        similarities: Vec::new(),
        neighbours: neighbours.collect(),
        reconstructions: drawn.iter().enumerate().map(reconstruction).collect(),
        live,
        settings: settings(run)?,
    })
}

/// What each classifier took for what at the trained encoder's embedding.
fn confusions(evaluation: &Evaluation, dataset: &Dataset) -> Vec<ConfusionMatrix> {
    let of_trained = evaluation.measurements.iter().filter(|measurement| measurement.features == "trained");
    let matrix = |measurement: &Measurement| {
        let confusion = measurement.confusion.as_ref()?;
        Some(ConfusionMatrix {
            title: format!("{} at the embedding", measurement.classifier.title()),
            mean_over_classes: confusion.mean_over_classes(),
            classes: dataset.classes.clone(),
            counts: confusion.rows().to_vec(),
        })
    };
    of_trained.filter_map(matrix).collect()
}

/// The best accuracy of each kind of features, in words.
fn verdict(evaluation: &Evaluation) -> String {
    let best = |features: &str| {
        let of = evaluation.measurements.iter().filter(|measurement| measurement.features == features);
        of.max_by(|a, b| a.accuracy.total_cmp(&b.accuracy)).map_or_else(String::new, |best| {
            let tap = if best.tap == "pixels" { String::new() } else { format!(" at {}", best.tap) };
            format!("{:.1} % ({}{tap})", best.accuracy * 100.0, best.classifier.title())
        })
    };
    format!(
        "Best accuracy on held-out images: {} on the trained encoder, {} on the untrained one, {} on raw pixels.",
        best("trained"),
        best("untrained"),
        best("raw_pixels")
    )
}

fn table(evaluation: &Evaluation) -> AccuracyTable {
    let row = |row: &[Measurement]| {
        let Measurement { features, tap, width, .. } = row[0];
        let encoder = match features {
            "trained" => "trained encoder",
            "untrained" => "untrained encoder",
            _ => "raw pixels",
        };
        AccuracyRow {
            encoder: encoder.to_owned(),
            tap: if tap == "pixels" { String::new() } else { tap.to_owned() },
            width,
            accuracies: row
                .iter()
                .map(|measurement| (measurement.accuracy, (measurement.runs > 1).then_some(measurement.deviation)))
                .collect(),
            ours: features == "trained",
        }
    };
    AccuracyTable {
        columns: classifiers(&evaluation.measurements).iter().map(|classifier| classifier.title().to_owned()).collect(),
        rows: rows(&evaluation.measurements).map(row).collect(),
        notes: explain(evaluation).into_iter().map(|(classifier, how)| (classifier.to_owned(), how)).collect(),
    }
}
