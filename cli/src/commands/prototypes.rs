//! `dim prototypes`: classes for a device, learned from a labelled set without training anything.

use std::process::ExitCode;

use anyhow::{Context, bail};
use dim_host::data::Images;
use dim_host::embeddings::class_means;
use dim_host::persist;
use dim_host::representation::encode_all;
use dim_model_format::{Model, Prototypes};
use serde::Serialize;

use super::input::{open_pictures, read, unusable};
use super::output::print_json;
use crate::arguments::PrototypesArgs;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Summary<'a> {
    identity: String,
    classes: &'a [String],
    units: usize,
    images: usize,
    bytes: usize,
    /// Of the test images, if there are any: how many are nearest to their own class, 0 to 1.
    accuracy: Option<f64>,
    test_images: usize,
}

pub(super) fn run(args: &PrototypesArgs) -> anyhow::Result<ExitCode> {
    let file = read(&args.file)?;
    let model = Model::parse(&file).with_context(|| unusable(&args.file))?;
    let dataset = open_pictures(&args.images, &args.file, &model)?;
    let unlabelled = || format!("{}: its images have no classes; name a labelled set", args.images);
    let labels = dataset.train.labels.as_deref().with_context(unlabelled)?;
    let codes = |images: &Images| encode_all(&model, images, |output| output.embedding().values.to_vec());
    let means = class_means(&codes(&dataset.train)?, labels, dataset.classes.len());
    if let Some(class) = means.missing().next() {
        bail!("{}: no image to learn from is a {}", args.images, dataset.classes[class]);
    }
    let bytes = means.to_file(&model, &dataset.classes);
    let bytes = bytes.with_context(|| format!("{}: its classes exceed the file's format", args.images))?;
    let prototypes = Prototypes::parse(&bytes, &model)?;
    let accuracy = match dataset.test.labels.as_deref() {
        Some(labels) if !labels.is_empty() => Some(accuracy(&prototypes, &codes(&dataset.test)?, labels)),
        _ => None,
    };
    persist::write(&args.out, &bytes)?;
    let summary = Summary {
        identity: model.identity().to_string(),
        classes: &dataset.classes,
        units: prototypes.classes().next().map_or(0, |(_, codes)| codes.len()),
        images: dataset.train.len(),
        bytes: bytes.len(),
        accuracy,
        test_images: dataset.test.len(),
    };
    if args.json {
        print_json(&summary)?;
    } else {
        print(args, &summary);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(args: &PrototypesArgs, summary: &Summary<'_>) {
    let [classes, images] = [summary.classes.len(), summary.images];
    println!("wrote {}: {classes} classes of {images} images, {} bytes", args.out.display(), summary.bytes);
    println!("  encoder {}", summary.identity);
    if let Some(accuracy) = summary.accuracy {
        println!("  {:.1} % of {} test images are nearest to their own class", accuracy * 100.0, summary.test_images);
    }
}

fn accuracy(prototypes: &Prototypes<'_>, embeddings: &[Vec<i8>], labels: &[u8]) -> f64 {
    let is_right = |(embedding, label): (&Vec<i8>, &u8)| {
        prototypes.nearest(embedding).is_some_and(|nearest| nearest.class == usize::from(*label))
    };
    embeddings.iter().zip(labels).filter(|pair| is_right(*pair)).count() as f64 / labels.len() as f64
}
