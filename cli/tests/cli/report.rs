//! What every `report.html` must be.

use serde_json::Value;

/// A page that asks nobody for anything: every `src`, `href` and `url` is inside the page.
pub(crate) fn assert_stands_alone(page: &str) {
    for attribute in ["src=", "href=", "url("] {
        for (at, _) in page.match_indices(attribute) {
            let target = page[at + attribute.len()..].trim_start_matches(['"', '\'']);
            assert!(target.starts_with("data:") || target.starts_with('#'), "{attribute}{target:.40}");
        }
    }
    assert!(!page.contains("@import") && !page.contains("<link"));
    // What computes in the page is forbidden to load or to send anything.
    assert!(!page.contains("<script") || page.contains("content=\"default-src 'none';"));
}

/// The table has a row of these features and this tap with these accuracies.
pub(crate) fn assert_row(page: &str, features: &str, tap: &str, accuracies: &Value) {
    let start = format!("<td>{features}</td><td>{tap}</td>");
    let row = page.split("<tr").find(|row| row.contains(&start)).unwrap_or_else(|| panic!("no row {start}"));
    for accuracy in accuracies.as_object().unwrap().values() {
        let percent = format!("{:.1} %", accuracy.as_f64().unwrap() * 100.0);
        assert!(row.contains(&percent), "{percent} not in {row:.600}");
    }
}
