//! A page about images that were judged: where each differs from normal ones, drawn over it.

use std::fmt::Write;

use super::content::Picture;
use super::escape::escape;
use super::frame::{page, pairs};
use super::picture::image;

/// Most that a cell covers of the picture below it.
const MOST_COVER: f64 = 0.75;

/// Everything that the page shows.
#[derive(Debug, Clone)]
pub struct NoveltyReport {
    /// Headline.
    pub title: String,
    /// One line in words on the outcome.
    pub verdict: String,
    /// Names and values.
    pub facts: Vec<(String, String)>,
    /// In the order shown.
    pub groups: Vec<NovelPictures>,
}

/// Pictures under a heading.
#[derive(Debug, Clone)]
pub struct NovelPictures {
    /// The heading.
    pub title: String,
    /// Which ones they are, in a sentence.
    pub caption: String,
    /// They.
    pub pictures: Vec<NovelPicture>,
}

/// An image and its map.
#[derive(Debug, Clone)]
pub struct NovelPicture {
    /// The image.
    pub picture: Picture,
    /// Rows and columns of the map.
    pub grid: [usize; 2],
    /// Of each cell its score, in thresholds.
    pub scores: Vec<f64>,
    /// The cell that differs most.
    pub worst: usize,
    /// Class and score.
    pub caption: String,
}

/// The page: no script, no link, no font from elsewhere.
///
/// # Errors
/// If a picture cannot be drawn.
pub fn render_novelty(report: &NoveltyReport) -> anyhow::Result<String> {
    let [title, verdict] = [&report.title, &report.verdict].map(|text| escape(text));
    let mut body = format!("<h1>{title}</h1><p class=\"verdict\">{verdict}</p>{}", pairs("facts", &report.facts)?);
    body.push_str(
        "<p>Beside each image its map: the redder a cell, the more novel it is, by the square root of its score. Full \
         red is the worst cell, which is framed, or twice the threshold if that is more.</p>",
    );
    for group in report.groups.iter().filter(|group| !group.pictures.is_empty()) {
        let [title, caption] = [&group.title, &group.caption].map(|text| escape(text));
        write!(body, "<h2>{title}</h2><p>{caption}</p><div class=\"novelty\">")?;
        for picture in &group.pictures {
            body.push_str(&figure(picture)?);
        }
        body.push_str("</div>");
    }
    Ok(page(&report.title, &body))
}

fn figure(novel: &NovelPicture) -> anyhow::Result<String> {
    let plain = image(&novel.picture, "plain")?;
    let (map, caption) = (map(novel)?, escape(&novel.caption));
    Ok(format!("<figure>{plain}<div>{plain}{map}</div><figcaption>{caption}</figcaption></figure>"))
}

/// Lies over the picture; a cell is one unit wide.
fn map(novel: &NovelPicture) -> anyhow::Result<String> {
    let [rows, columns] = novel.grid;
    let mut svg = format!("<svg viewBox=\"0 0 {columns} {rows}\" preserveAspectRatio=\"none\">");
    let most = novel.scores.iter().copied().fold(2.0, f64::max);
    let place = |cell: usize| [cell % columns.max(1), cell / columns.max(1)];
    for (cell, score) in novel.scores.iter().enumerate() {
        let ([x, y], cover) = (place(cell), (score / most).max(0.0).sqrt() * MOST_COVER);
        write!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"1\" height=\"1\" fill-opacity=\"{cover:.2}\"/>")?;
    }
    let [x, y] = place(novel.worst);
    write!(svg, "<rect class=\"worst\" x=\"{x}\" y=\"{y}\" width=\"1\" height=\"1\"/></svg>")?;
    Ok(svg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_lies_over_its_picture_and_names_are_escaped() {
        let picture = NovelPicture {
            picture: Picture { shape: [2, 2, 1], pixels: vec![0; 4] },
            grid: [1, 2],
            scores: vec![0.5, 9.0],
            worst: 1,
            caption: "<b>".to_owned(),
        };
        let none = NovelPictures { title: "nothing".to_owned(), caption: String::new(), pictures: vec![] };
        let group = NovelPictures { title: "a & b".to_owned(), caption: "\"c\"".to_owned(), pictures: vec![picture] };
        let report = NoveltyReport {
            title: "<script>".to_owned(),
            verdict: "<i>".to_owned(),
            facts: vec![("<u>".to_owned(), "<s>".to_owned())],
            groups: vec![group, none],
        };
        let page = render_novelty(&report).unwrap();
        for text in [
            "viewBox=\"0 0 2 1\"",
            "x=\"0\" y=\"0\" width=\"1\" height=\"1\" fill-opacity=\"0.18\"",
            "x=\"1\" y=\"0\" width=\"1\" height=\"1\" fill-opacity=\"0.75\"",
            "class=\"worst\" x=\"1\" y=\"0\"",
            "a &amp; b",
            "&quot;c&quot;",
            "&lt;b&gt;",
        ] {
            assert!(page.contains(text), "{text}\n{page}");
        }
        assert_eq!(page.matches("<img ").count(), 2);
        for raw in ["<script>", "<i>", "<u>", "<s>", "<b>", "nothing", "http"] {
            assert!(!page.contains(raw), "{raw}");
        }
    }
}
