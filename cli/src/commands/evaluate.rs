//! `dim evaluate`: how good a trained encoder's representations are; and of a `.dim` file, how often its largest output is
//! the image's class.

use std::process::ExitCode;

use anyhow::{Context, ensure};
use dim_host::representation::{Confusion, encode_all};
use dim_model_format::{Model, Shape, TapKind};
use serde::Serialize;

use super::input::{open_pictures, read, unusable};
use super::learning;
use super::output::print_json;
use crate::arguments::EvaluateArgs;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Classification {
    dataset: String,
    encoder: String,
    identity: String,
    classes: usize,
    test_images: usize,
    correct: usize,
    /// 0 to 1.
    accuracy: f64,
    /// Accuracy of each class, averaged over the classes.
    mean_over_classes: f64,
    /// Share of the test images in the largest class: what always answering it would score.
    largest_class_share: f64,
    /// Images of each class by the class of their largest output.
    confusion: Confusion,
}

pub(super) fn run(args: &EvaluateArgs) -> anyhow::Result<ExitCode> {
    if args.run.is_file() { classify(args) } else { learning::evaluate(args) }
}

/// Compares the largest output for each test image with its class; of equal outputs, the first counts.
fn classify(args: &EvaluateArgs) -> anyhow::Result<ExitCode> {
    let path = &args.run;
    let file = read(path)?;
    let model = Model::parse(&file).with_context(|| unusable(path))?;
    let data = args.data.as_ref().with_context(|| format!("{}: --data says what to evaluate it on", path.display()))?;
    ensure!(args.limit.is_none(), "--limit is for run folders: a .dim file is not trained on");
    ensure!(
        args.encoder_weights.is_none(),
        "--encoder-weights is for run folders: a .dim file has the ones it was made of"
    );
    let dataset = open_pictures(data, &args.reading, path, &model)?;
    let (images, labels) = match &dataset.test.labels {
        Some(labels) if !labels.is_empty() => (&dataset.test, labels),
        _ if dataset.classes.len() > 256 => {
            anyhow::bail!("{data}: has {} classes, at most 256 can be told apart", dataset.classes.len())
        }
        _ => anyhow::bail!("{data}: has no test images with classes"),
    };
    let classes = dataset.classes.len();
    check_scores(&model, classes).with_context(|| format!("{}, {data}", path.display()))?;
    let best = encode_all(&model, images, |output| {
        let scores = output.embedding().values;
        let largest = scores.iter().max().copied();
        scores.iter().position(|score| Some(*score) == largest).unwrap_or(0) as u8
    })?;
    let confusion = Confusion::of(labels, &best, [classes; 2]);
    let classification = Classification {
        dataset: dataset.name.clone(),
        encoder: model.about().name.to_owned(),
        identity: model.identity().to_string(),
        classes,
        test_images: labels.len(),
        correct: confusion.correct(),
        accuracy: confusion.accuracy(),
        mean_over_classes: confusion.mean_over_classes(),
        largest_class_share: confusion.largest_class_share(),
        confusion,
    };
    if args.json {
        print_json(&classification)?;
    } else {
        let Classification { encoder, identity, dataset, test_images, correct, accuracy, .. } = &classification;
        println!("{encoder} ({identity}) as a classifier: its outputs are scores of {classes} classes");
        println!("  {:.2} % of the {test_images} test images of {dataset} ({correct} images)", accuracy * 100.0);
        let [mean, share] = [classification.mean_over_classes, classification.largest_class_share].map(|of| of * 100.0);
        println!(
            "  {mean:.2} % as the mean over classes; always answering the largest class is right for {share:.2} %"
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Only as many scores as there are classes can be theirs.
fn check_scores(model: &Model<'_>, classes: usize) -> anyhow::Result<()> {
    let embedding = model.tap(TapKind::Embedding).context("every model has an embedding")?;
    let Shape { height, width, channels } = model.tensor(embedding).shape;
    ensure!(
        (height, width) == (1, 1),
        "its output is a map of {height}x{width}x{channels}, not scores of classes; `dim embed` writes it"
    );
    let outputs = usize::from(channels);
    ensure!(
        outputs == classes,
        "{outputs} outputs and {classes} classes: the outputs are no scores of these classes; for an encoder, \
         `dim prototypes` tells how well it tells classes apart"
    );
    Ok(())
}
