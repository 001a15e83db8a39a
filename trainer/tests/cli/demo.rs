//! `dim demo`: one command, everything in one folder.

use serde_json::Value;

use crate::place::{Place, keys};

#[test]
fn the_quick_demo_leaves_an_encoder_and_a_report() {
    let place = Place::with_data();
    let summary = place.json(&["demo", "--quick", "--out", "shown"]);
    assert_eq!(
        keys(&summary),
        [
            "encoder",
            "epochs",
            "file_bytes",
            "files",
            "quantization",
            "raw_pixels",
            "seconds",
            "seed",
            "test_images",
            "train_images",
            "trained",
            "untrained"
        ]
    );
    assert_eq!(place.names("shown"), ["encoder.dim", "report.html", "run"]);
    let inspection = place.json(&["inspect", "shown/encoder.dim"]);
    assert_eq!([&inspection["name"], &summary["encoder"]], ["edge28", "edge28"]);
    assert_eq!(inspection["file_bytes"], summary["file_bytes"]);

    let page = String::from_utf8(place.read("shown/report.html")).unwrap();
    assert_stands_alone(&page);
    assert!(page.contains("<svg"));
    assert!(page.contains(inspection["identity"].as_str().unwrap()));
    assert_row(&page, "raw pixels", "", &summary["raw_pixels"]);
    for (features, taps) in [
        ("untrained encoder", &summary["untrained"]),
        ("trained encoder, float", &summary["trained"]),
        ("trained encoder, int8", &summary["quantization"]["int8_taps"]),
    ] {
        for tap in ["conv", "fc", "embedding"] {
            assert_row(&page, features, tap, &taps[tap]);
        }
    }
}

/// A page that asks nobody for anything: every `src`, `href` and `url` is inside the page.
fn assert_stands_alone(page: &str) {
    for attribute in ["src=", "href=", "url("] {
        for (at, _) in page.match_indices(attribute) {
            let target = page[at + attribute.len()..].trim_start_matches(['"', '\'']);
            assert!(target.starts_with("data:") || target.starts_with('#'), "{attribute}{target:.40}");
        }
    }
    assert!(!page.contains("@import") && !page.contains("<link") && !page.contains("<script"));
}

/// The table has a row of these features and this tap with these accuracies.
fn assert_row(page: &str, features: &str, tap: &str, accuracy: &Value) {
    let start = format!("<td>{features}</td><td>{tap}</td>");
    let [linear, knn] = ["linear", "knn"].map(|key| format!("{:.1} %", accuracy[key].as_f64().unwrap() * 100.0));
    let row = page.split("<tr").find(|row| row.contains(&start)).unwrap_or_else(|| panic!("no row {start}"));
    assert!(row.contains(&linear) && row.contains(&knn), "{linear} {knn} not in {row:.400}");
}
