//! The page of `dim novelty --judge --report`.

use dim_host::data::Images;
use dim_host::novelty::{Judged, in_ones};
use dim_host::report::{NovelPicture, NovelPictures, NoveltyReport, render_novelty, shown};

use super::verdicts::{Verdict, Verdicts};

/// Images of a group.
const SHOWN: usize = 24;

/// The images that differ most and least, and those that the threshold or their class is wrong about.
pub(super) fn page(
    verdicts: &Verdicts,
    judged: &[Judged],
    images: &Images,
    [height, width, _]: [usize; 3],
) -> anyhow::Result<String> {
    // Colours begin where nothing is novel.
    let nothing = f64::from(verdicts.by.judge.nothing_novel());
    let threshold = (f64::from(verdicts.by.threshold) - nothing).max(1.0);
    let mut order: Vec<usize> = (0..judged.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(judged[*at].score));
    let picture = |at: usize| {
        let (verdict, judged) = (&verdicts.images[at], &judged[at]);
        let score = in_ones(verdict.score);
        let class = verdict.class.as_ref().map_or(String::new(), |class| format!(", {class}"));
        NovelPicture {
            picture: shown(images, verdict.image),
            grid: [height, width],
            scores: judged.scores.iter().map(|score| (f64::from(*score) - nothing).max(0.0) / threshold).collect(),
            worst: judged.cell[0] * width + judged.cell[1],
            caption: format!("{score:.2}, image {}{class}", verdict.image),
        }
    };
    let group = |title: &str, caption: &str, order: &[usize], is_of: &dyn Fn(&Verdict) -> bool| NovelPictures {
        title: title.to_owned(),
        caption: caption.to_owned(),
        pictures: order.iter().filter(|at| is_of(&verdicts.images[**at])).take(SHOWN).map(|at| picture(*at)).collect(),
    };
    let least_first: Vec<usize> = order.iter().rev().copied().collect();
    let mut groups = vec![group("Most novel", "Those that score highest.", &order, &|_| true)];
    if verdicts.area_under_curve.is_some() {
        groups.push(group(
            "False alarms",
            "Of a normal class, and above the threshold; the highest first.",
            &order,
            &|of| of.normal == Some(true) && of.novel,
        ));
        groups.push(group(
            "Missed",
            "Of a strange class, and not above the threshold; the lowest first.",
            &least_first,
            &|of| of.normal == Some(false) && !of.novel,
        ));
    }
    groups.push(group("Most normal", "Those that score lowest.", &least_first, &|_| true));
    let facts = [
        ("encoder", verdicts.by.identity.clone()),
        ("judged by", verdicts.by.judge.name().to_owned()),
        ("images", verdicts.images.len().to_string()),
        ("threshold", format!("{:.2}", in_ones(verdicts.by.threshold))),
        ("map", format!("{height}x{width} cells")),
    ];
    render_novelty(&NoveltyReport {
        title: format!("Novelty in {}", verdicts.dataset),
        verdict: verdicts.line(),
        facts: facts.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        groups,
    })
}
