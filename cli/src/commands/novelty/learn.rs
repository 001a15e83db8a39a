//! `dim novelty E.dim --normal FOLDER -o F`

use std::path::Path;

use anyhow::Context;
use dim_host::novelty::{Feature, Statistics, in_ones, maps};
use dim_host::persist;
use dim_model_format::Model;
use serde::Serialize;

use super::classes::open;
use crate::arguments::NoveltyArgs;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
pub(super) struct Learned {
    identity: String,
    /// Who will judge: the `statistic`, or the `critic` of an encoder that has one.
    judge: &'static str,
    /// Normal images that were counted.
    images: u32,
    /// Those that were not, but set the threshold.
    threshold_images: usize,
    /// Scores above it are of no normal image; steps of 1/256.
    threshold: u32,
    /// `[height, width, channels]`
    map: [usize; 3],
    bytes: usize,
}

pub(super) fn run(args: &NoveltyArgs, model: &Model<'_>, source: &str, out: &Path) -> anyhow::Result<Learned> {
    let (dataset, normality) = open(args, model, source)?;
    let images = &dataset.train;
    let numbers = match &normality {
        None => (0..images.len()).collect(),
        Some(normality) => {
            let labels =
                images.labels.as_ref().with_context(|| format!("{source}: its training images have no classes"))?;
            normality.indices(labels, true)
        }
    };
    let maps = maps(model, images, Feature::of(model)).with_context(|| args.file.display().to_string())?;
    let statistics = Statistics::learn(model.identity(), &maps, &numbers).with_context(|| source.to_owned())?;
    let bytes = statistics.to_bytes();
    persist::write(out, &bytes)?;
    Ok(Learned {
        identity: model.identity().to_string(),
        judge: statistics.judge_of().name(),
        images: statistics.images(),
        threshold_images: numbers.len() - statistics.images() as usize,
        threshold: statistics.threshold().unwrap_or_default(),
        map: maps.shape,
        bytes: bytes.len(),
    })
}

impl Learned {
    pub(super) fn print(&self, out: &Path) {
        let Self { identity, judge, images, threshold_images, threshold, map: [height, width, channels], bytes } = self;
        println!("wrote {}: {images} normal images counted, {bytes} bytes", out.display());
        println!("  judged by the {judge}, threshold {:.2}, of {threshold_images} others", in_ones(*threshold));
        println!("  maps of {height}x{width}x{channels} of encoder {identity}");
    }
}
