//! `dim novelty E.dim --statistics F --judge FOLDER`

use std::path::Path;

use anyhow::{Context, ensure};
use dim_host::data::{Dataset, Images};
use dim_host::novelty::{Feature, Judged, Normality, Statistics, area_under_curve, maps};
use dim_host::persist;
use dim_model_format::Model;
use serde::Serialize;

use super::page::page;
use super::{STEPS, open};
use crate::arguments::NoveltyArgs;
use crate::commands::input::read;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
pub(super) struct Verdicts {
    pub(super) identity: String,
    pub(super) dataset: String,
    /// Scores above it are of no normal image; steps of 1/256.
    pub(super) threshold: u32,
    /// Share of the images above the threshold, 0 to 1.
    pub(super) novel: f64,
    /// Of those whose class is normal, and of those whose class is strange, where classes say so.
    pub(super) novel_of_normal: Option<f64>,
    pub(super) novel_of_strange: Option<f64>,
    /// How often a strange image scores higher than a normal one, 0 to 1.
    pub(super) area_under_curve: Option<f64>,
    pub(super) images: Vec<Verdict>,
}

/// What is said of an image.
#[derive(Debug, Serialize)]
pub(super) struct Verdict {
    /// Its number in the set.
    pub(super) image: usize,
    /// Of the cell that differs most; steps of 1/256.
    pub(super) score: u32,
    /// Its row and column.
    pub(super) cell: [usize; 2],
    pub(super) novel: bool,
    pub(super) class: Option<String>,
    /// What its class says.
    pub(super) normal: Option<bool>,
}

pub(super) fn run(args: &NoveltyArgs, model: &Model<'_>, source: &str, path: &Path) -> anyhow::Result<Verdicts> {
    let statistics = Statistics::from_bytes(&read(path)?).and_then(|of| of.of(model.identity()));
    let statistics = statistics.with_context(|| path.display().to_string())?;
    let threshold = statistics.threshold().with_context(|| format!("{}: has no threshold", path.display()))?;
    let (dataset, normality) = open(args, model, source)?;
    let images = dataset.shown();
    let numbers = judged_numbers(images, normality.as_ref()).with_context(|| source.to_owned())?;
    let maps = maps(model, images, Feature::Map).with_context(|| args.file.display().to_string())?;
    let judge = |number: &usize| statistics.judge(&maps.codes[*number]);
    let judged = numbers.iter().map(judge).collect::<Result<Vec<Judged>, _>>();
    let judged = judged.with_context(|| path.display().to_string())?;
    let verdicts = verdicts(&dataset, &numbers, &judged, normality.as_ref(), threshold, model.identity().to_string());
    if let Some(report) = &args.report {
        persist::write(report, page(&verdicts, &judged, images, maps.shape)?.as_bytes())?;
    }
    Ok(verdicts)
}

/// The images that are normal or strange; without classes, all.
fn judged_numbers(images: &Images, normality: Option<&Normality>) -> anyhow::Result<Vec<usize>> {
    let all = 0..images.len();
    let numbers: Vec<usize> = match (normality, &images.labels) {
        (None, _) => all.collect(),
        (Some(normality), Some(labels)) => all.filter(|number| normality.of(labels[*number]).is_some()).collect(),
        (Some(_), None) => anyhow::bail!("its images have no classes, so none can be named"),
    };
    ensure!(!numbers.is_empty(), "there are no images to judge");
    Ok(numbers)
}

fn verdicts(
    dataset: &Dataset,
    numbers: &[usize],
    judged: &[Judged],
    normality: Option<&Normality>,
    threshold: u32,
    identity: String,
) -> Verdicts {
    let labels = dataset.shown().labels.as_ref();
    let verdict = |(number, judged): (&usize, &Judged)| {
        let label = labels.and_then(|labels| labels.get(*number)).copied();
        Verdict {
            image: *number,
            score: judged.score,
            cell: judged.cell,
            novel: judged.score > threshold,
            class: label.and_then(|label| dataset.classes.get(usize::from(label)).cloned()),
            normal: label.zip(normality).and_then(|(label, normality)| normality.of(label)),
        }
    };
    let images: Vec<Verdict> = numbers.iter().zip(judged).map(verdict).collect();
    let scores = |normal: bool| -> Vec<u32> {
        images.iter().filter(|of| of.normal == Some(normal)).map(|of| of.score).collect()
    };
    let share = |scores: &[u32]| {
        let novel = scores.iter().filter(|score| **score > threshold).count();
        (!scores.is_empty()).then(|| novel as f64 / scores.len() as f64)
    };
    let [normal, strange] = [scores(true), scores(false)];
    let all: Vec<u32> = images.iter().map(|of| of.score).collect();
    Verdicts {
        identity,
        dataset: dataset.name.clone(),
        threshold,
        novel: share(&all).unwrap_or(0.0),
        novel_of_normal: share(&normal),
        novel_of_strange: share(&strange),
        area_under_curve: area_under_curve(&normal, &strange),
        images,
    }
}

impl Verdicts {
    pub(super) fn print(&self) {
        for Verdict { image, score, cell: [row, column], novel, class, .. } in &self.images {
            let class = class.as_ref().map_or(String::new(), |class| format!(" ({class})"));
            let verdict = if *novel { ", novel" } else { "" };
            println!("image {image}{class}: {:.2} at row {row}, column {column}{verdict}", f64::from(*score) / STEPS);
        }
        println!("{}", self.line());
    }

    /// The outcome in a line.
    pub(super) fn line(&self) -> String {
        let percent = |share: f64| format!("{:.1} %", share * 100.0);
        let threshold = f64::from(self.threshold) / STEPS;
        let mut line =
            format!("{} of {} images are novel: above {threshold:.2}", percent(self.novel), self.images.len());
        let shares = [(self.novel_of_normal, "normal"), (self.novel_of_strange, "strange")];
        for (share, of) in shares {
            if let Some(share) = share {
                line += &format!("; {} of the {of} ones", percent(share));
            }
        }
        if let Some(area) = self.area_under_curve {
            line += &format!("; area under the curve {area:.3}");
        }
        line
    }
}
