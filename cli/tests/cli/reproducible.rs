//! The same seed, data and settings give the same bytes.

use crate::place::{Place, TRAIN};

#[test]
fn encoders_follow_from_the_seed() {
    let place = Place::with_data();
    for (name, seed) in [("first", "5"), ("second", "5"), ("other", "6")] {
        place.succeeds(&[&TRAIN[..], &["--seed", seed, "--out", name]].concat());
        place.succeeds(&["quantize", name, "--out", &format!("{name}.dim"), "--budget", "1"]);
    }
    assert!(place.read("first.dim") == place.read("second.dim"), "the encoders differ");
    assert_eq!(place.read("first/metrics.jsonl"), place.read("second/metrics.jsonl"));
    let identity = |name: &str| place.json(&["inspect", name])["identity"].clone();
    assert_eq!(identity("first.dim"), identity("second.dim"));
    assert_ne!(identity("first.dim"), identity("other.dim"));
}
