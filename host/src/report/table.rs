//! The table of accuracies, with a bar behind each number.

use std::fmt::Write;

use super::content::AccuracyTable;
use super::escape::escape;

/// The best of each column is bold; what the run made is green.
pub(super) fn render(table: &AccuracyTable) -> anyhow::Result<String> {
    let best = |column: usize| table.rows.iter().map(|row| row.accuracies[column].0).fold(f64::MIN, f64::max);
    let best: Vec<f64> = (0..table.columns.len()).map(best).collect();
    let mut html = String::from("<table><thead><tr><th>features</th><th>tap</th><th>width</th>");
    for column in &table.columns {
        write!(html, "<th>{}</th>", escape(column))?;
    }
    html.push_str("</tr></thead><tbody>");
    for row in &table.rows {
        let class = if row.ours { " class=\"ours\"" } else { "" };
        let (encoder, tap) = (escape(&row.encoder), escape(&row.tap));
        write!(html, "<tr{class}><td>{encoder}</td><td>{tap}</td><td>{}</td>", row.width)?;
        for ((accuracy, deviation), best) in row.accuracies.iter().zip(&best) {
            let strong = if accuracy >= best { " class=\"best\"" } else { "" };
            let percent = accuracy * 100.0;
            write!(html, "<td{strong}><b style=\"width:{percent:.1}%\"></b><span>{percent:.1} %</span>")?;
            if let Some(deviation) = deviation {
                write!(html, "<small>&nbsp;± {:.2}</small>", deviation * 100.0)?;
            }
            html.push_str("</td>");
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table>");
    html.push_str("<dl class=\"notes\">");
    for (name, how) in &table.notes {
        write!(html, "<dt>{}</dt><dd>{}</dd>", escape(name), escape(how))?;
    }
    html.push_str("</dl>");
    Ok(html)
}
