//! Ctrl-C during training.
#![cfg(unix)]

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::json;

use crate::place::{Place, TRAIN};

/// Long enough to be interrupted in the middle, about three seconds.
const EPOCHS: &str = "16";
const STEPS_IN_EPOCH: usize = 6;

#[test]
fn an_interrupted_run_goes_on_as_if_nothing_had_happened() {
    let place = Place::with_data();
    let train = [&TRAIN[..], &["--epochs", EPOCHS, "--out"]].concat();
    let mut command = Command::new(env!("CARGO_BIN_EXE_dim"));
    command.args(&train).arg("run").current_dir(place.path("")).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    while !place.path("run/checkpoint.tar").exists() {
        assert!(child.try_wait().unwrap().is_none(), "training ended without a checkpoint");
        sleep(Duration::from_millis(5));
    }
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(output.stdout.is_empty());
    let last = errors.lines().last().unwrap();
    let remedy = last.strip_prefix("error: interrupted at step ").unwrap().split('`').nth(1).unwrap();
    assert_eq!(remedy, "dim train --resume --out run");
    assert_eq!(place.names("run"), ["checkpoint.tar", "config.toml", "dataset.json", "metrics.jsonl", "report.html"]);
    let steps = |run: &str| String::from_utf8(place.read(&format!("{run}/metrics.jsonl"))).unwrap().lines().count();
    assert!((STEPS_IN_EPOCH..16 * STEPS_IN_EPOCH).contains(&steps("run")), "{} steps", steps("run"));

    let of_the_steps_done = format!("<dt>steps</dt><dd>{}, ", steps("run"));
    assert!(String::from_utf8(place.read("run/report.html")).unwrap().contains(&of_the_steps_done));
    assert_what_is_done_is_stated(&place, steps("run"));

    place.succeeds(&remedy.split(' ').skip(1).collect::<Vec<_>>());
    place.succeeds(&[&train[..], &["whole"]].concat());
    assert_eq!(steps("whole"), 16 * STEPS_IN_EPOCH);
    assert_eq!(place.read("run/metrics.jsonl"), place.read("whole/metrics.jsonl"));
    assert_eq!(place.json(&["evaluate", "run"]), place.json(&["evaluate", "whole"]));
    for run in ["run", "whole"] {
        place.succeeds(&["quantize", run, "--out", &format!("{run}.dim"), "--budget", "1"]);
    }
    assert!(place.read("run.dim") == place.read("whole.dim"), "the encoders differ");
}

#[test]
fn a_run_is_resumed_where_its_data_went_but_never_for_less() {
    let place = Place::trained();
    std::fs::rename(place.path("data"), place.path("moved")).unwrap();
    let resume = ["train", "--resume", "--epochs", "2", "--out", "run"];
    assert!(!place.dim(&resume).status.success());
    let summary = place.json(&[&resume[..], &["--data", "moved"]].concat());
    assert_eq!([&summary["epochs"], &summary["steps"]], [2, 2 * STEPS_IN_EPOCH]);
    // The run has its new place for good.
    place.succeeds(&["train", "--resume", "--epochs", "3", "--out", "run"]);

    let fewer = ["train", "--resume", "--epochs", "1", "--out", "run"];
    place.refuses(&fewer, &["--epochs", "run has learned for 3 epochs", "give at least 3"]);
    crate::tiny_data::write_coloured(&place.path("other"), 28, [40, 8]);
    place.refuses(&["train", "--resume", "--epochs", "4", "--out", "run", "--data", "other"], &["other"]);
    place.succeeds(&["train", "--resume", "--epochs", "4", "--out", "run"]);
}

#[test]
fn a_batch_shrinks_to_a_small_data_set() {
    let place = Place::with_data();
    let output = place.dim(&[&TRAIN[..], &["--limit", "20", "--out", "run"]].concat());
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && errors.contains("batch_size 20 in place of 32"), "{errors}");
    assert!(String::from_utf8(place.read("run/config.toml")).unwrap().contains("batch_size = 20"));
}

/// What was measured, written and compared names the epochs that were done, not those that were planned.
fn assert_what_is_done_is_stated(place: &Place, steps_done: usize) {
    let (whole, steps) = (steps_done / STEPS_IN_EPOCH, steps_done % STEPS_IN_EPOCH);
    let evaluation = place.json(&["evaluate", "run"]);
    let stated = ["epochs", "unfinished_epoch_steps", "planned_epochs"].map(|key| &evaluation[key]);
    assert_eq!(stated, [whole, steps, 16]);
    let words = format!("{whole} of 16 epochs");
    assert!(place.succeeds(&["evaluate", "run"]).contains(&words));
    assert!(String::from_utf8(place.read("run/report.html")).unwrap().contains(&words));

    let comparison = place.json(&["compare", "run"]);
    let row = &comparison["tables"][0]["rows"][0];
    assert_eq!([&row["source"], &row["epochs"], &row["planned_epochs"]], [&json!("ours"), &json!(whole), &json!(16)]);
    assert!(place.succeeds(&["compare", "run"]).contains(&format!(" {whole}/16 ")));

    place.succeeds(&["quantize", "run", "--out", "early.dim", "--budget", "1"]);
    assert_eq!(place.json(&["inspect", "early.dim"])["epochs"], whole);
}
