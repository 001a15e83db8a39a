//! The HTML around the charts.

use std::fmt::Write;

use super::content::{Measure, Report};
use super::escape::escape;
use super::frame::{page, page_with, pairs};
use super::{chart, confusion, gallery, live, picture, table};

/// The page: nothing in it is from elsewhere, and it has no script but that of an encoder to try.
///
/// # Errors
/// If a chart cannot be drawn.
pub fn render(report: &Report) -> anyhow::Result<String> {
    let mut body = String::new();
    let title = escape(&report.title);
    write!(body, "<h1>{title}</h1><p class=\"verdict\">{}</p>", escape(&report.verdict))?;

    body.push_str(&pairs("facts", &report.facts)?);

    if let Some(accuracies) = &report.accuracies {
        body.push_str("<h2>Probe accuracy on held-out images</h2>");
        body.push_str(&table::render(accuracies)?);
    }

    if !report.confusions.is_empty() {
        body.push_str("<h2>What was taken for what</h2><p>Each row is a class, each column what its images were taken for; darker is more of the row.</p><div class=\"confusions\">");
        for matrix in &report.confusions {
            body.push_str(&confusion::render(matrix)?);
        }
        body.push_str("</div>");
    }

    if !report.measures.is_empty() {
        body.push_str("<h2>More measures</h2>");
        body.push_str(&measures(&report.measures)?);
    }

    if !report.curves.is_empty() {
        body.push_str("<h2>Training</h2><div class=\"curves\">");
        for curve in &report.curves {
            let (title, caption) = (escape(&curve.title), escape(&curve.caption));
            let chart = chart::curve(curve)?;
            write!(body, "<figure><h3>{title}</h3>{chart}<figcaption>{caption}</figcaption></figure>")?;
        }
        body.push_str("</div>");
    }

    if !report.map.is_empty() {
        body.push_str("<h2>Map of the embeddings</h2><figure class=\"map\">");
        body.push_str(&chart::map(&report.map)?);
        let of = escape(&report.map_of);
        let saw = match report.saw_classes {
            Some(true) => ", which training saw",
            Some(false) => ", which training never saw",
            None => "",
        };
        write!(
            body,
            "<figcaption>Each dot is a held-out image, placed by t-SNE of its {of}. Colours are classes{saw}.<ul class=\"legend\">"
        )?;
        for (class, name) in (0..).zip(&report.classes) {
            let color = chart::color(class);
            let hex = format!("#{:02x}{:02x}{:02x}", color.0, color.1, color.2);
            write!(body, "<li><i style=\"background:{hex}\"></i>{}</li>", escape(name))?;
        }
        body.push_str("</ul></figcaption></figure>");
    }

    if !report.similarities.is_empty() {
        body.push_str("<h2>What the local features see</h2><p>For the framed cell of the feature map: how alike every other cell is (cosine; darker is more alike). Computed from the int8 feature map, as on the device.</p><div class=\"gallery\">");
        body.push_str(&gallery::render(&report.similarities));
        body.push_str("</div>");
    }

    if !report.neighbours.is_empty() {
        body.push_str("<h2>Nearest neighbours</h2><p>The framed image, and the held-out images whose embeddings are nearest to its (L1), nearest first. A green line means the same class.</p><div class=\"neighbours\">");
        body.push_str(&picture::neighbours(&report.neighbours)?);
        body.push_str("</div>");
    }

    if !report.reconstructions.is_empty() {
        body.push_str("<h2>Reconstructions</h2><p>Above: held-out images. Below: what a decoder draws from their embeddings alone. The encoder was not trained for this, so what is missing is what it chose to forget.</p><div class=\"reconstructions\">");
        body.push_str(&picture::pairs(&report.reconstructions)?);
        body.push_str("</div>");
    }

    if let Some(live) = &report.live {
        body.push_str(
            "<h2>Try it here</h2><p>The int8 encoder computes in this page, with the bits of a microcontroller.</p>",
        );
        body.push_str(&live::section(&live.file, &live.examples)?);
    }

    if !report.settings.is_empty() {
        body.push_str("<h2>Settings</h2>");
        body.push_str(&pairs("settings", &report.settings)?);
    }

    Ok(match report.live {
        Some(_) => page_with(&report.title, &live::head(), &body),
        None => page(&report.title, &body),
    })
}

fn measures(measures: &[Measure]) -> anyhow::Result<String> {
    let mut html = String::from("<dl class=\"measures\">");
    for measure in measures {
        let [name, value, settings, meaning] =
            [&measure.name, &measure.value, &measure.settings, &measure.meaning].map(|text| escape(text));
        write!(html, "<div><dt>{name}</dt><dd><b>{value}</b>{meaning}<i>{settings}</i></dd></div>")?;
    }
    html.push_str("</dl>");
    Ok(html)
}
