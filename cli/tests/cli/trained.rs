//! The trained encoders in the program: each is what its card says.

use serde_json::Value;

use crate::place::{Place, keys};

/// Limits that boards are chosen by: bytes without the signature, arena, and multiply-accumulates.
const LIMITS: [(&str, [u64; 3]); 4] = [
    ("edge28-s", [24_000, 10 * 1024, 500_000]),
    ("edge32", [100_000, 64 * 1024, 12_500_000]),
    ("edge32-s", [40_000, 24 * 1024, 4_000_000]),
    ("imu128", [40_000, 16 * 1024, 600_000]),
];

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn share(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn cards_hold_what_the_files_say() {
    let place = Place::with_data();
    let public = concat!(env!("CARGO_MANIFEST_DIR"), "/../encoders/signer.pub.pem");
    let listed = place.json(&["encoders", "list"]);
    assert_eq!(keys(&listed), ["presets", "trained"]);
    let cards = listed["trained"].as_array().unwrap();
    assert_eq!(
        cards.iter().map(|card| card["name"].as_str().unwrap()).collect::<Vec<_>>(),
        LIMITS.map(|(name, _)| name)
    );
    for (card, (name, limits)) in cards.iter().zip(LIMITS) {
        assert_eq!(&place.json(&["encoders", "card", name]), card);
        place.succeeds(&["encoders", "copy", name]);
        let file = format!("{name}.dim");
        let inspected = place.json(&["inspect", &file]);
        let device = &card["device"];
        for key in ["identity", "arena_bytes", "macs"] {
            assert_eq!(inspected[key], device[key], "{name}: {key}");
        }
        assert_eq!(inspected["name"], name);
        assert_eq!(inspected["epochs"], card["training"]["epochs"]);
        assert_eq!(place.read(&file).len() as u64, number(&device["file_bytes"]));
        for (key, limit) in ["file_bytes", "arena_bytes", "macs"].into_iter().zip(limits) {
            assert!(number(&inspected[key]) <= limit, "{name}: {key}");
        }
        place.succeeds(&["verify", &file, "--key", public]);
        // It says more than what it is compared with, by both judges.
        for judge in ["linear", "knn"] {
            let judged = &card["accuracy"][judge];
            for other in ["untrained", "raw_pixels"] {
                assert!(share(&judged["int8"]) > share(&judged[other]), "{name}: {judge}, {other}");
            }
        }
    }
}

#[test]
fn what_is_counted_on_a_card_is_counted_again() {
    let place = Place::with_data();
    place.succeeds(&["encoders", "copy", "edge28-s", "-o", "mine.dim"]);
    let card = place.json(&["encoders", "card", "edge28-s"]);
    let result = place.json(&["conform", "mine.dim", "--target", "cortex-m4", "--cases", "5", "--images", "embedded"]);
    assert_eq!(result["instructions"], card["instructions"]["cortex-m4"]);
}

#[test]
fn an_encoder_that_is_not_there_is_refused_with_those_that_are() {
    let place = Place::with_data();
    let output = place.dim(&["encoders", "copy", "edge29"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && said.contains("edge28-s, edge32, edge32-s, imu128"), "{said}");
}
