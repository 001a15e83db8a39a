//! The run's `report.html`.

use dim_host::data::Dataset;
use dim_host::report::{self, AccuracyRow, AccuracyTable, Measure, NeighbourRow, Picture};
use dim_host::representation::{Features, Measurement};
use dim_trainer::evaluation::{Information, Neighbours};
use dim_trainer::training::Run;

use super::print::{classifiers, explain, rows};
use super::{Evaluation, Paper};
use crate::commands::learning::about_run::{about, settings};
use crate::commands::learning::pictures;

pub(super) fn render(
    evaluation: &Evaluation,
    run: &Run,
    dataset: &Dataset,
    embeddings: &Features,
    neighbours: &[Neighbours],
    drawn: &[Vec<f32>],
) -> anyhow::Result<String> {
    let mut facts = about(run)?;
    let Evaluation { dataset: name, train_images, test_images, .. } = evaluation;
    let evaluated_on = format!("{name}, {train_images} training and {test_images} held-out images");
    facts.push(("evaluated on".to_owned(), evaluated_on));
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
        measures: evaluation.paper.as_ref().map(measures).unwrap_or_default(),
        map: pictures::map(embeddings, labels, evaluation.seed),
        map_of: "embedding".to_owned(),
        saw_classes: run.imported.is_none().then(|| run.config.method.reads_labels()),
        classes: dataset.classes.clone(),
        similarities: Vec::new(),
        neighbours: neighbours.collect(),
        reconstructions: drawn.iter().enumerate().map(reconstruction).collect(),
        settings: settings(run)?,
    })
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

/// What the paper suite measures beside accuracies of classifiers on frozen features.
pub(super) fn measures(paper: &Paper) -> Vec<Measure> {
    let Paper { fine_tuning, reconstruction, mutual_information, neural_dependency, .. } = paper;
    let measure = |name: &str, value: String, settings: String, meaning: &str| Measure {
        name: name.to_owned(),
        value,
        settings,
        meaning: meaning.to_owned(),
    };
    let nats = |information: Information| format!("{:.3} nats", information.held_out_nats);
    let similarity = |value: Option<f64>| value.map_or("image too small".to_owned(), |value| format!("{value:.4}"));
    let decoder = format!("embedding, decoder of {} epochs, seed {}", reconstruction.epochs, reconstruction.seed);
    let scales = reconstruction.ms_ssim_scale_weights.len();
    let dependency = |information: Information| {
        format!(
            "embedding, {} epochs, mean over the last {}, seed {}, {:.3} nats in training",
            neural_dependency.epochs, neural_dependency.averaged_epochs, neural_dependency.seed, information.nats
        )
    };
    vec![
        measure(
            "Fine-tuning, trained",
            format!("{:.1} %", fine_tuning.trained * 100.0),
            format!(
                "conv and MLP, {} labels, {} epochs, mean over the last {}, seed {}",
                fine_tuning.labels, fine_tuning.epochs, fine_tuning.averaged_epochs, fine_tuning.seed
            ),
            "Accuracy after training the whole encoder with few labels.",
        ),
        measure(
            "Fine-tuning, untrained",
            format!("{:.1} %", fine_tuning.untrained * 100.0),
            "the same labels, epochs and seed".to_owned(),
            "The same from random weights: what the labels alone give.",
        ),
        measure(
            "MS-SSIM",
            similarity(reconstruction.ms_ssim),
            format!("{decoder}, {scales} scales, range {}", reconstruction.dynamic_range),
            "Likeness of held-out images and their reconstructions; 1 is equal.",
        ),
        measure(
            "SSIM",
            similarity(reconstruction.ssim),
            format!("{decoder}, window 11, sigma 1.5, range {}", reconstruction.dynamic_range),
            "The same on one scale.",
        ),
        measure("Squared error", format!("{:.5}", reconstruction.mean_squared_error), decoder, "Of pixels in [0, 1]."),
        measure(
            "Mutual information",
            nats(mutual_information.information),
            format!(
                "image and embedding, {} epochs, mean over the last {}, seed {}, at most {:.2} nats, \
                 {:.3} of at most {:.2} in training",
                mutual_information.epochs,
                mutual_information.averaged_epochs,
                mutual_information.seed,
                mutual_information.held_out_ceiling_nats,
                mutual_information.information.nats,
                mutual_information.ceiling_nats
            ),
            "What the embedding tells of the image, a lower bound by MINE.",
        ),
        measure(
            "Dependency, with sigmoid",
            nats(neural_dependency.with_sigmoid),
            dependency(neural_dependency.with_sigmoid),
            "Dependence between units on held-out images; 0 is independent.",
        ),
        measure(
            "Dependency, without sigmoid",
            nats(neural_dependency.without_sigmoid),
            dependency(neural_dependency.without_sigmoid),
            "The same of the embedding as it is.",
        ),
    ]
}
