//! `dim prototypes`: classes for a device, learned from a labelled set without training anything.

use std::process::ExitCode;

use anyhow::Context;
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
    classes: Vec<&'a String>,
    /// Classes that no image to learn from has.
    left_out: Vec<&'a String>,
    units: usize,
    images: usize,
    bytes: usize,
    /// Of the test images, if there are any: how many are nearest to their own class, 0 to 1.
    accuracy: Option<f64>,
    test_images: usize,
}

/// Beyond them, images have no labels.
const MOST_CLASSES: usize = 256;

pub(super) fn run(args: &PrototypesArgs) -> anyhow::Result<ExitCode> {
    let file = read(&args.file)?;
    let model = Model::parse(&file).with_context(|| unusable(&args.file))?;
    let dataset = open_pictures(&args.images, &args.reading, &args.file, &model)?;
    let unlabelled = || format!("{}: its images have no classes; name a labelled set", args.images);
    if dataset.classes.len() > MOST_CLASSES {
        dataset.labels()?;
    }
    let labels = dataset.train.labels.as_deref().with_context(unlabelled)?;
    let codes = |images: &Images| encode_all(&model, images, |output| output.embedding().values.to_vec());
    let means = class_means(&codes(&dataset.train)?, labels, dataset.classes.len());
    let present: Vec<usize> = means.present().collect();
    let (classes, left_out): (Vec<_>, Vec<_>) =
        dataset.classes.iter().enumerate().partition(|(class, _)| present.contains(class));
    // A number that no image has is no class.
    let is_number = classes.iter().chain(&left_out).all(|(_, name)| name.parse::<u64>().is_ok());
    let left_out = if is_number { Vec::new() } else { left_out };
    let [classes, left_out] = [classes, left_out].map(|of| of.into_iter().map(|(_, name)| name).collect::<Vec<_>>());
    let bytes = means.to_file(&model, &dataset.classes);
    let bytes = bytes.with_context(|| format!("{}: its classes exceed the file's format", args.images))?;
    let prototypes = Prototypes::parse(&bytes, &model)?;
    let accuracy = match dataset.test.labels.as_deref() {
        Some(labels) if !labels.is_empty() => Some(accuracy(&prototypes, &present, &codes(&dataset.test)?, labels)),
        _ => None,
    };
    persist::write(&args.out, &bytes)?;
    let summary = Summary {
        identity: model.identity().to_string(),
        classes,
        left_out,
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
    for class in &summary.left_out {
        println!("  left out {class}, of which there is no image to learn from");
    }
    if let Some(accuracy) = summary.accuracy {
        println!("  {:.1} % of {} test images are nearest to their own class", accuracy * 100.0, summary.test_images);
    }
}

/// `present` are the classes of the prototypes; an image of another class is always wrong.
fn accuracy(prototypes: &Prototypes<'_>, present: &[usize], embeddings: &[Vec<i8>], labels: &[u8]) -> f64 {
    let is_right = |(embedding, label): (&Vec<i8>, &u8)| {
        let nearest = prototypes.nearest(embedding).and_then(|nearest| present.get(nearest.class));
        nearest == Some(&usize::from(*label))
    };
    embeddings.iter().zip(labels).filter(|pair| is_right(*pair)).count() as f64 / labels.len() as f64
}
