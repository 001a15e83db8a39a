//! `dim device PORT novelty`

use anyhow::ensure;
use dim_host::device::AnyDevice;
use serde::Serialize;

use super::images::open;
use crate::arguments::DeviceNovelty;
use crate::commands::output::print_json;

/// Of so many normal images, one sets the threshold.
const OF_THE_THRESHOLD: usize = 10;
/// Steps of a score in 1.
const STEPS: f64 = 256.0;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Normal {
    /// Images that were counted.
    images: u32,
    /// Scores above it are of no normal image; steps of 1/256.
    threshold: Option<u32>,
}

/// What is said of an image.
#[derive(Debug, Serialize)]
struct Judged {
    /// Of the cell that differs most; steps of 1/256.
    score: u32,
    /// Its row and column.
    cell: [u16; 2],
    novel: Option<bool>,
}

pub(super) fn run(device: &mut AnyDevice, action: &DeviceNovelty, json: bool) -> anyhow::Result<()> {
    match action {
        DeviceNovelty::Forget => Ok(device.forget_normal()?),
        DeviceNovelty::Learn(args) => {
            let dataset = open(device, args)?;
            let images = &dataset.train;
            let is_counted = |index: &usize| !index.is_multiple_of(OF_THE_THRESHOLD);
            let counted: Vec<usize> = (0..images.len()).filter(is_counted).collect();
            ensure!(counted.len() >= 2, "{} has too few images to tell what is normal", args.images);
            for index in counted {
                device.learn_normal(images.image(index))?;
            }
            // Those that were counted are nearer than others would be.
            let mut normal = Normal { images: 0, threshold: None };
            for index in (0..images.len()).step_by(OF_THE_THRESHOLD) {
                let judged = device.set_threshold(images.image(index))?;
                normal = Normal { images: judged.images, threshold: judged.threshold };
            }
            if json {
                return print_json(&normal);
            }
            let threshold = normal.threshold.map_or(0.0, |threshold| f64::from(threshold) / STEPS);
            println!("{} normal images counted, threshold {threshold:.2}", normal.images);
            Ok(())
        }
        DeviceNovelty::Judge(args) => {
            let dataset = open(device, args)?;
            let images = dataset.shown();
            let mut all = Vec::with_capacity(images.len());
            for index in 0..images.len() {
                let judged = device.judge(images.image(index))?;
                let novel = judged.threshold.map(|threshold| judged.score > threshold);
                all.push(Judged { score: judged.score, cell: judged.cell, novel });
            }
            if json {
                return print_json(&all);
            }
            for (index, judged) in all.iter().enumerate() {
                let [row, column] = judged.cell;
                let verdict = match judged.novel {
                    Some(true) => ", novel",
                    Some(false) => "",
                    None => ", no threshold is set",
                };
                println!(
                    "image {index}: {:.2} at row {row}, column {column}{verdict}",
                    f64::from(judged.score) / STEPS
                );
            }
            Ok(())
        }
    }
}
