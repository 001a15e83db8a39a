//! A matrix of classes and what they were taken for.

use std::fmt::Write;

use super::content::ConfusionMatrix;
use super::escape::escape;

/// Classes up to which the counts stand in their cells; of more, the shade alone says how many there are.
const MOST_WITH_NUMBERS: usize = 20;

/// A table whose cells are shaded by their share of the row.
pub(super) fn render(matrix: &ConfusionMatrix) -> anyhow::Result<String> {
    let has_numbers = matrix.classes.len() <= MOST_WITH_NUMBERS;
    let mut html = format!(
        "<figure><h3>{}</h3><table class=\"confusion{}\"><thead><tr><th></th>",
        escape(&matrix.title),
        if has_numbers { "" } else { " small" }
    );
    for class in &matrix.classes {
        write!(html, "<th><span>{}</span></th>", escape(class))?;
    }
    html.push_str("</tr></thead><tbody>");
    for (row, (class, counts)) in matrix.classes.iter().zip(&matrix.counts).enumerate() {
        let images: usize = counts.iter().sum();
        write!(html, "<tr><th>{}</th>", escape(class))?;
        for (column, (other, count)) in matrix.classes.iter().zip(counts).enumerate() {
            let percent = *count as f64 * 100.0 / images.max(1) as f64;
            let color = if row == column { "#2b9a54" } else { "#e4572e" };
            let title = format!("{count} of {images} {} taken for {}", escape(class), escape(other));
            write!(html, "<td title=\"{title}\" style=\"background:color-mix(in srgb,{color} {percent:.0}%,#fff)\">")?;
            if has_numbers && *count > 0 {
                write!(html, "{count}")?;
            }
            html.push_str("</td>");
        }
        html.push_str("</tr>");
    }
    let mean = matrix.mean_over_classes * 100.0;
    write!(html, "</tbody></table><figcaption>Mean over classes: {mean:.1} %</figcaption></figure>")?;
    Ok(html)
}
