//! What is said of images that were judged.

use dim_host::data::Dataset;
use dim_host::novelty::{Judge, Judged, Normality, area_under_curve, in_ones};
use serde::{Serialize, Serializer};

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
pub(super) struct Verdicts {
    #[serde(flatten)]
    pub(super) by: By,
    pub(super) dataset: String,
    /// Share of the images above the threshold, 0 to 1.
    pub(super) novel: f64,
    /// Of those whose class is normal, and of those whose class is strange, where classes say so.
    pub(super) novel_of_normal: Option<f64>,
    pub(super) novel_of_strange: Option<f64>,
    /// How often a strange image scores higher than a normal one, 0 to 1.
    pub(super) area_under_curve: Option<f64>,
    pub(super) images: Vec<Verdict>,
}

/// By what images were judged.
#[derive(Debug, Serialize)]
pub(super) struct By {
    /// Of the encoder.
    pub(super) identity: String,
    /// The `statistic`, or the encoder's `critic`.
    #[serde(serialize_with = "by_name")]
    pub(super) judge: Judge,
    /// Scores above it are of no normal image; steps of 1/256.
    pub(super) threshold: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn by_name<S: Serializer>(judge: &Judge, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(judge.name())
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

impl Verdicts {
    /// What is said of the images of these numbers.
    pub(super) fn new(
        dataset: &Dataset,
        numbers: &[usize],
        judged: &[Judged],
        normality: Option<&Normality>,
        by: By,
    ) -> Self {
        let threshold = by.threshold;
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
        Self {
            by,
            dataset: dataset.name.clone(),
            novel: share(&all).unwrap_or(0.0),
            novel_of_normal: share(&normal),
            novel_of_strange: share(&strange),
            area_under_curve: area_under_curve(&normal, &strange),
            images,
        }
    }

    pub(super) fn print(&self) {
        for Verdict { image, score, cell: [row, column], novel, class, .. } in &self.images {
            let class = class.as_ref().map_or(String::new(), |class| format!(" ({class})"));
            let verdict = if *novel { ", novel" } else { "" };
            println!("image {image}{class}: {:.2} at row {row}, column {column}{verdict}", in_ones(*score));
        }
        println!("{}", self.line());
    }

    /// The outcome in a line.
    pub(super) fn line(&self) -> String {
        let percent = |share: f64| format!("{:.1} %", share * 100.0);
        let threshold = in_ones(self.by.threshold);
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
