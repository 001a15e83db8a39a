//! `dim device PORT novelty`

use anyhow::{Context, ensure};
use dim_host::device::{AnyDevice, Judged as Answer};
use dim_host::novelty::{Statistics, in_ones, is_of_threshold};
use serde::Serialize;

use super::images::open;
use crate::arguments::DeviceNovelty;
use crate::commands::input::read;
use crate::commands::output::print_json;

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
            let (others, counted): (Vec<usize>, Vec<usize>) =
                (0..images.len()).partition(|index| is_of_threshold(*index));
            ensure!(counted.len() >= 2, "{} has too few images to tell what is normal", args.images);
            for index in counted {
                device.learn_normal(images.image(index))?;
            }
            // Those that were counted are nearer than others would be.
            let mut last = None;
            for index in others {
                last = Some(device.set_threshold(images.image(index))?);
            }
            last.map_or(Ok(()), |last| print_normal(&last, json))
        }
        DeviceNovelty::Load(args) => {
            let statistics =
                Statistics::from_bytes(&read(&args.file)?).and_then(|of| of.of(device.greeting().identity));
            let statistics = statistics.with_context(|| args.file.display().to_string())?;
            print_normal(&device.load_normal(&statistics)?, json)
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
                println!("image {index}: {:.2} at row {row}, column {column}{verdict}", in_ones(judged.score));
            }
            Ok(())
        }
    }
}

fn print_normal(last: &Answer, json: bool) -> anyhow::Result<()> {
    let normal = Normal { images: last.images, threshold: last.threshold };
    if json {
        return print_json(&normal);
    }
    let threshold = normal.threshold.map_or(0.0, in_ones);
    println!("{} normal images counted, threshold {threshold:.2}", normal.images);
    Ok(())
}
