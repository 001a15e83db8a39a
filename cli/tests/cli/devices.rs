//! One batch on several devices; the CPU stands for each of them.

use crate::place::{Place, TRAIN};

#[test]
fn a_run_on_two_devices_is_resumed_to_the_bit() {
    let place = Place::with_data();
    let train = |out: &str, epochs: &str| {
        place.succeeds(&[&TRAIN[..], &["--devices", "cpu,cpu", "--epochs", epochs, "--out", out]].concat())
    };
    train("whole", "2");
    train("again", "2");
    train("resumed", "1");
    place.succeeds(&["train", "--resume", "--epochs", "2", "--devices", "cpu,cpu", "--out", "resumed"]);
    // One device may compute the shards of two.
    train("alone", "1");
    place.succeeds(&["train", "--resume", "--epochs", "2", "--out", "alone"]);
    let encoder = |run: &str| {
        let file = format!("{run}.dim");
        place.succeeds(&["quantize", run, "--out", &file, "--budget", "1"]);
        place.read(&file)
    };
    let [metrics, expected] = [place.read("whole/metrics.jsonl"), encoder("whole")];
    for run in ["again", "resumed", "alone"] {
        assert!(place.read(&format!("{run}/metrics.jsonl")) == metrics, "metrics of whole and {run} differ");
        assert!(encoder(run) == expected, "encoders of whole and {run} differ");
    }

    // Negatives are those of a shard, so it is not the run of one device.
    place.succeeds(&[&TRAIN[..], &["--epochs", "2", "--out", "one"]].concat());
    assert_ne!(place.read("one/metrics.jsonl"), metrics);
    assert!(String::from_utf8(place.read("whole/config.toml")).unwrap().contains("shards = 2"));
    place.refuses(
        &["train", "--resume", "--epochs", "3", "--devices", "cpu,cpu,cpu", "--out", "whole"],
        &["shards = 2", "not 3"],
    );
}

#[test]
fn a_batch_that_cannot_be_shared_equally_is_refused() {
    let place = Place::with_data();
    let before = place.snapshot();
    let train = [&TRAIN[..], &["--out", "run", "--devices"]].concat();
    place.refuses(&[&train[..], &["cpu,cpu,cpu"]].concat(), &["batch_size = 32", "3 equal shards"]);
    place.refuses(&[&train[..], &["cpu,nonsense"]].concat(), &["--device nonsense"]);
    place.refuses(&["bench", "--train", "--devices", "cpu,cpu,cpu"], &["batch_size = 64", "3 equal shards"]);
    place.assert_unchanged(&before);
}

#[test]
fn a_step_on_two_devices_is_measured() {
    let place = Place::with_data();
    let cost = place.json(&["bench", "--train", "--config", "settings.toml", "--steps", "2", "--devices", "cpu,cpu"]);
    assert_eq!(cost["batch_size"], 32);
}

/// What lends and borrows needs crates that few want.
#[cfg(not(feature = "remote"))]
#[test]
fn a_program_without_other_machines_says_how_to_build_it() {
    let place = Place::with_data();
    let remedy = "cargo build --release --features remote";
    place.refuses(&["bench", "--train", "--device", "remote:127.0.0.1:4246"], &["without remote", remedy]);
    place.refuses(&["serve"], &["without remote", remedy]);
}
