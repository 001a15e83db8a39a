//! Disks that fill up while a file is written.

use crate::place::{Place, assert_failure};

/// Runs `dim` as on a disk where nothing fits that is larger than `blocks`, and expects no trace of it.
fn assert_no_trace(place: &Place, blocks: usize, arguments: &[&str], file: &str) {
    let before = place.snapshot();
    assert_failure(&place.dim_on_full_disk(blocks, arguments), &[&format!("writing {file}"), "File too large"]);
    place.assert_unchanged(&before);
}

#[test]
fn embeddings_are_written_whole_or_not_at_all() {
    let place = Place::trained();
    let embed = ["embed", "encoder.dim", "--images", "data", "--out", "y.npy"];
    assert_no_trace(&place, 8, &embed, "y.npy");
    place.write("y.npy", "what was there before");
    assert_no_trace(&place, 8, &embed, "y.npy");
    place.succeeds(&embed);
    assert_eq!(&place.read("y.npy")[..6], b"\x93NUMPY");
}

#[test]
fn encoders_are_written_whole_or_not_at_all() {
    let place = Place::trained();
    assert_no_trace(&place, 64, &["quantize", "run", "--out", "other.dim", "--budget", "1"], "other.dim");
    assert_no_trace(&place, 64, &["quantize", "run", "--out", "encoder.dim", "--budget", "1"], "encoder.dim");
    place.succeeds(&["inspect", "encoder.dim"]);
}

#[test]
fn reports_are_written_whole_or_not_at_all() {
    let place = Place::trained();
    assert_no_trace(&place, 8, &["evaluate", "run"], "run/report.html");
    place.write("run/report.html", "what was there before");
    assert_no_trace(&place, 8, &["evaluate", "run"], "run/report.html");
}

#[test]
fn a_checkpoint_that_does_not_fit_spares_the_one_before() {
    let place = Place::trained();
    let checkpoint = place.read("run/checkpoint.tar");
    let resume = ["train", "--resume", "--epochs", "2", "--out", "run"];
    let output = place.dim_on_full_disk(1000, &resume);
    assert_failure(&output, &["writing run/checkpoint.tar", "File too large"]);
    assert!(place.read("run/checkpoint.tar") == checkpoint);
    assert_eq!(place.names("run"), ["checkpoint.tar", "config.toml", "dataset.json", "metrics.jsonl", "report.html"]);

    assert_eq!(place.json(&resume)["steps"], 12);
    assert_eq!(String::from_utf8(place.read("run/metrics.jsonl")).unwrap().lines().count(), 12);
}
