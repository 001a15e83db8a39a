//! `dim device PORT novelty`

use anyhow::{Context, ensure};
use dim_host::device::{AnyDevice, Judged as Answer, MemoryOnly};
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
    /// Whether the device has them after a restart.
    kept: bool,
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
            let can_keep = device.can_keep_normal()?;
            for index in counted {
                device.learn_normal(images.image(index))?;
            }
            // Those that were counted are nearer than others would be.
            let mut last = None;
            for index in others {
                last = Some(device.set_threshold(images.image(index))?);
            }
            last.map_or(Ok(()), |last| keep(device, &last, can_keep, json))
        }
        DeviceNovelty::Load(args) => {
            let statistics =
                Statistics::from_bytes(&read(&args.file)?).and_then(|of| of.of(device.greeting().identity));
            let statistics = statistics.with_context(|| args.file.display().to_string())?;
            let can_keep = device.can_keep_normal()?;
            let loaded = device.load_normal(&statistics)?;
            keep(device, &loaded, can_keep, json)
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

/// Keeps what is normal, and says what it is; or why it is in memory only.
fn keep(device: &mut AnyDevice, last: &Answer, can_keep: Result<(), MemoryOnly>, json: bool) -> anyhow::Result<()> {
    match can_keep {
        Ok(()) => device.keep_normal()?,
        Err(why) => eprintln!("warning: {why}"),
    }
    let normal = Normal { images: last.images, threshold: last.threshold, kept: can_keep.is_ok() };
    if json {
        return print_json(&normal);
    }
    let threshold = normal.threshold.map_or(0.0, in_ones);
    println!("{} normal images counted, threshold {threshold:.2}", normal.images);
    Ok(())
}
