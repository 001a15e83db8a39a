//! `dim demo`: one command, everything in one folder.

use crate::place::{Place, keys};
use crate::report::{assert_row, assert_stands_alone};

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
