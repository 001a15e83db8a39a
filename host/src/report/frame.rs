//! What every page has: its style, its headline's title, and lists of names with values.

use std::fmt::Write;

use super::escape::escape;

/// A whole page: no script, no link, no font from elsewhere.
pub(super) fn page(title: &str, body: &str) -> String {
    page_with(title, "", body)
}

/// The same, with more in its head.
pub(super) fn page_with(title: &str, head: &str, body: &str) -> String {
    let (title, style) = (escape(title), include_str!("style.css"));
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\">{head}<title>{title}</title><style>{style}</style></head><body><main>{body}\
         <footer>Written by dim {}.</footer></main></body></html>\n",
        env!("CARGO_PKG_VERSION")
    )
}

/// Names with their values.
pub(super) fn pairs(class: &str, pairs: &[(String, String)]) -> anyhow::Result<String> {
    let mut html = format!("<dl class=\"{class}\">");
    for (name, value) in pairs {
        write!(html, "<div><dt>{}</dt><dd>{}</dd></div>", escape(name), escape(value))?;
    }
    html.push_str("</dl>");
    Ok(html)
}
