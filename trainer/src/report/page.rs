//! The HTML around the charts.

use std::fmt::Write;

use super::{AccuracyRow, Report, chart, gallery};

/// The page: no script, no link, no font from elsewhere.
///
/// # Errors
/// If a chart cannot be drawn.
pub fn render(report: &Report) -> anyhow::Result<String> {
    let mut body = String::new();
    let title = escape(&report.title);
    write!(body, "<h1>{title}</h1><p class=\"verdict\">{}</p>", escape(&report.verdict))?;

    body.push_str("<dl class=\"facts\">");
    for (name, value) in &report.facts {
        write!(body, "<div><dt>{}</dt><dd>{}</dd></div>", escape(name), escape(value))?;
    }
    body.push_str("</dl>");

    body.push_str("<h2>Probe accuracy on held-out images</h2>");
    body.push_str(&table(&report.accuracies)?);

    body.push_str("<h2>Training</h2><div class=\"curves\">");
    for curve in &report.curves {
        let (title, caption) = (escape(&curve.title), escape(&curve.caption));
        write!(body, "<figure><h3>{title}</h3>{}<figcaption>{caption}</figcaption></figure>", chart::curve(curve)?)?;
    }
    body.push_str("</div>");

    if !report.map.is_empty() {
        body.push_str("<h2>Map of the embeddings</h2><figure class=\"map\">");
        body.push_str(&chart::map(&report.map)?);
        body.push_str("<figcaption>Each dot is a held-out image, placed by t-SNE of its int8 embedding. Colours are classes, which training never saw.<ul class=\"legend\">");
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

    let style = include_str!("style.css");
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}</title><style>{style}</style></head><body><main>{body}\
         <footer>Written by dim {}.</footer></main></body></html>\n",
        env!("CARGO_PKG_VERSION")
    ))
}

fn table(rows: &[AccuracyRow]) -> anyhow::Result<String> {
    let best = |of: fn(&AccuracyRow) -> f64| rows.iter().map(of).fold(f64::MIN, f64::max);
    let [best_linear, best_knn] = [best(|row| row.accuracy.linear), best(|row| row.accuracy.knn)];
    let mut html = String::from(
        "<table><thead><tr><th>features</th><th>tap</th><th>width</th><th>linear probe</th><th>k-NN (10, \
         cosine)</th></tr></thead><tbody>",
    );
    for row in rows {
        let class = if row.ours { " class=\"ours\"" } else { "" };
        let (encoder, tap) = (escape(&row.encoder), escape(&row.tap));
        write!(html, "<tr{class}><td>{encoder}</td><td>{tap}</td><td>{}</td>", row.width)?;
        for (value, best) in [(row.accuracy.linear, best_linear), (row.accuracy.knn, best_knn)] {
            let strong = if value >= best { " class=\"best\"" } else { "" };
            let percent = value * 100.0;
            write!(html, "<td{strong}><b style=\"width:{percent:.1}%\"></b><span>{percent:.1} %</span></td>")?;
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table>");
    Ok(html)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
