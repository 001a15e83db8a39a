//! `dim device PORT learn`, `unlearn`, `classify` and `classes`

use anyhow::Context;
use dim_host::device::{AnyDevice, ClientError};
use serde::Serialize;

use super::images::open;
use crate::arguments::{DeviceImagesArgs, DeviceLearnArgs};
use crate::commands::output::print_json;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Class {
    name: String,
    examples: u32,
}

/// What a device says of an image.
#[derive(Debug, Serialize)]
struct Told {
    class: String,
    distance: u32,
    second: Option<u32>,
    /// Whether it is within the radius of the class's examples.
    known: bool,
}

/// Of all images.
#[derive(Debug, Serialize)]
struct Classified {
    images: Vec<Told>,
    /// Of images with classes: how many the device tells, 0 to 1.
    accuracy: Option<f64>,
}

pub(super) fn learn(device: &mut AnyDevice, args: &DeviceLearnArgs, json: bool) -> anyhow::Result<()> {
    each(device, args, |device, class, image| device.learn(class, image))?;
    list(device, json)
}

pub(super) fn unlearn(device: &mut AnyDevice, args: &DeviceLearnArgs, json: bool) -> anyhow::Result<()> {
    each(device, args, |device, class, image| device.unlearn(class, image))?;
    list(device, json)
}

/// Asks something of each image with its class.
fn each(
    device: &mut AnyDevice,
    args: &DeviceLearnArgs,
    ask: impl Fn(&mut AnyDevice, &str, &[u8]) -> Result<u32, ClientError>,
) -> anyhow::Result<()> {
    let dataset = open(device, &args.images)?;
    let images = &dataset.train;
    let without = || format!("{}: its images have no classes; name one with --class", args.images.images);
    for index in 0..images.len() {
        let own = images.labels.as_ref().and_then(|labels| dataset.classes.get(usize::from(labels[index])));
        let class = args.class.as_ref().or(own).with_context(without)?;
        ask(device, class, images.image(index)).with_context(|| format!("image {index}, {class}"))?;
    }
    Ok(())
}

pub(super) fn classify(device: &mut AnyDevice, args: &DeviceImagesArgs, json: bool) -> anyhow::Result<()> {
    let dataset = open(device, args)?;
    let images = dataset.shown();
    let mut told = Vec::with_capacity(images.len());
    for index in 0..images.len() {
        let of = device.classify(images.image(index))?;
        told.push(Told { class: of.class, distance: of.distance, second: of.second, known: of.is_known });
    }
    let accuracy = images.labels.as_ref().map(|labels| {
        let is_right = |(told, label): &(&Told, &u8)| dataset.classes.get(usize::from(**label)) == Some(&told.class);
        told.iter().zip(labels).filter(is_right).count() as f64 / told.len() as f64
    });
    let classified = Classified { images: told, accuracy };
    if json {
        return print_json(&classified);
    }
    for (index, told) in classified.images.iter().enumerate() {
        let unknown = if told.known { "" } else { ", farther than its examples: unknown" };
        println!("image {index}: {}, distance {}{unknown}", told.class, told.distance);
    }
    if let Some(accuracy) = accuracy {
        println!("{:.1} % of {} images are told by their class", 100.0 * accuracy, classified.images.len());
    }
    Ok(())
}

pub(super) fn list(device: &mut AnyDevice, json: bool) -> anyhow::Result<()> {
    let classes = device.classes()?.into_iter().map(|class| Class { name: class.name, examples: class.examples });
    let classes: Vec<Class> = classes.collect();
    if json {
        return print_json(&classes);
    }
    for class in &classes {
        println!("{}: {} examples", class.name, class.examples);
    }
    if classes.is_empty() {
        println!("no classes");
    }
    Ok(())
}
