//! `dim finetune`: a run that learns in the device's arithmetic, and the file that it learned for.

use std::fs;

use crate::place::{Place, TRAIN, assert_failure};
use crate::tiny_data::TEST_IMAGES;

const FINETUNE: [&str; 4] = ["finetune", "run", "--calibration", "50"];

#[test]
fn a_fine_tuned_run_becomes_the_file_that_it_was_trained_for() {
    let place = Place::trained();
    let before = place.snapshot();
    let summary = place.json(&[&FINETUNE[..], &["--out", "tuned", "--rounding", "single"]].concat());
    let objective = "dim-local-jsd (alpha 0, beta 1, gamma 0.1, int8 arithmetic with a single rounding)";
    assert_eq!([&summary["run"], &summary["objective"]], ["tuned", objective]);
    assert_eq!([&summary["epochs"], &summary["steps"]], [1, 6]);
    for (name, bytes) in &before {
        assert!(place.read(name.to_str().unwrap()) == *bytes, "{} changed", name.display());
    }
    let files = ["checkpoint.tar", "config.toml", "dataset.json", "fine_tuning.json", "metrics.jsonl", "report.html"];
    assert_eq!(place.names("tuned"), files);
    let config = String::from_utf8(place.read("tuned/config.toml")).unwrap();
    assert!(config.contains("learning_rate = 0.0001\n"), "a tenth of the run's: {config}");

    let evaluation = place.json(&["evaluate", "tuned"]);
    assert_eq!([&evaluation["epochs"], &evaluation["planned_epochs"]], [2, 2]);
    assert_eq!(evaluation["objective"], objective);
    let page = String::from_utf8(place.read("tuned/report.html")).unwrap();
    for words in [objective, "2 epochs, seed 0, the first 1 with floats", "int8-single-rounding"] {
        assert!(page.contains(words), "{words}");
    }
    assert!(place.succeeds(&["compare", "tuned"]).contains(" 2 "));

    place.succeeds(&["quantize", "tuned", "--out", "tuned.dim", "--budget", "1"]);
    let inspection = place.json(&["inspect", "tuned.dim"]);
    assert_eq!([&inspection["objective"], &inspection["arithmetic"]], [objective, "single"]);
    assert_eq!(inspection["epochs"], 2);
    let conformance = place.json(&["conform", "tuned.dim", "--images", "data"]);
    assert_eq!(conformance["passed"], true);
    assert_eq!(conformance["cases"], TEST_IMAGES.min(50));
    assert!(place.read("tuned.dim") != place.read("encoder.dim"));
}

#[test]
fn the_data_are_read_once() {
    let place = Place::trained();
    let output = place.dim(&[&FINETUNE[..], &["--out", "tuned"]].concat());
    assert!(output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().filter(|line| line.starts_with("data       ")).count(), 1, "{said}");
}

#[test]
fn resumed_fine_tuning_ends_with_the_same_bits() {
    let place = Place::trained();
    place.succeeds(&[&FINETUNE[..], &["--epochs", "2", "--out", "whole"]].concat());
    place.succeeds(&[&FINETUNE[..], &["--epochs", "1", "--out", "parts"]].concat());
    place.succeeds(&["train", "--resume", "--epochs", "2", "--out", "parts"]);
    assert_eq!(place.read("whole/metrics.jsonl"), place.read("parts/metrics.jsonl"));
    for run in ["whole", "parts"] {
        place.succeeds(&["quantize", run, "--out", &format!("{run}.dim"), "--budget", "1"]);
    }
    assert!(place.read("whole.dim") == place.read("parts.dim"), "the encoders differ");
}

#[test]
fn on_two_devices_too() {
    let place = Place::trained();
    place.succeeds(&[&FINETUNE[..], &["--devices", "cpu,cpu", "--learning-rate", "0.001", "--out", "tuned"]].concat());
    place.succeeds(&["quantize", "tuned", "--out", "tuned.dim", "--budget", "1"]);
}

#[test]
fn what_cannot_be_fine_tuned_leaves_no_trace() {
    let place = Place::trained();
    let finetune = |arguments: &[&'static str]| [&FINETUNE[..2], &["--out", "tuned"], arguments].concat();
    place.refuses(&["finetune", "nowhere", "--out", "tuned"], &["nowhere", "no run"]);
    place.refuses(&finetune(&["--calibration", "0"]), &["--calibration 0", "at least one"]);
    place.refuses(&finetune(&["--epochs", "0"]), &["epochs = 0", "at least 1"]);
    place.refuses(&finetune(&["--learning-rate", "0"]), &["learning_rate = 0", "positive"]);
    place.refuses(&["finetune", "run", "--out", "run"], &["run: holds a run", "--overwrite"]);
    place.refuses(&["finetune", "run", "--out", "run", "--overwrite"], &["--out run", "another folder"]);

    let config = place.read("run/config.toml");
    let settings = String::from_utf8(config.clone()).unwrap();
    let (settings, _) = settings.split_once("[encoder]").unwrap();
    place.write("run/config.toml", format!("preset = \"foldmultialex64\"\n{settings}"));
    place.refuses(&finetune(&[]), &["foldmultialex64", "crops", "cannot be quantized"]);
    place.write("run/config.toml", &config);
    place.edit("run/config.toml", "method = \"dim\"", "method = \"imported\"");
    place.write("run/imported.json", "{\"file\": \"encoder.pth\", \"sha256\": \"00\"}");
    place.refuses(&finetune(&[]), &["imported", "nothing to train"]);
    place.write("run/config.toml", &config);
    fs::remove_file(place.path("run/checkpoint.tar")).unwrap();
    place.refuses(&finetune(&[]), &["run: no checkpoint.tar", "train it first"]);

    place.succeeds(&[&TRAIN[..], &["--method", "supervised", "--out", "supervised"]].concat());
    let other_data = ["finetune", "supervised", "--data", "embedded", "--out", "tuned"];
    place.refuses(&other_data, &["fingerprint", "supervised", "same data"]);
}

#[test]
fn the_arithmetic_is_of_fine_tuned_runs_only() {
    let place = Place::trained();
    place.write("int8.toml", "arithmetic = \"int8\"\n");
    place.refuses(&["train", "--config", "int8.toml", "--out", "other"], &["arithmetic", "`dim finetune`"]);
    place.refuses(&["bench", "--train", "--config", "int8.toml"], &["arithmetic", "`dim finetune`"]);
    place.write("bf16.toml", "arithmetic = \"int8\"\nprecision = \"bf16\"\n");
    place.refuses(&["train", "--config", "bf16.toml", "--out", "other"], &["precision = \"bf16\"", "f32"]);

    place.succeeds(&[&FINETUNE[..], &["--out", "tuned"]].concat());
    place.refuses(&[&FINETUNE[..], &["--out", "tuned"]].concat(), &["tuned: holds a run", "--resume"]);
    let quantize = ["quantize", "tuned", "--out", "tuned.dim"];
    place.refuses(&[&quantize[..], &["--calibration", "5"]].concat(), &["--calibration", "ranges of its own"]);
    place.refuses(&[&quantize[..], &["--rounding", "single"]].concat(), &["--rounding", "fine-tuned for the other"]);

    place.edit("tuned/fine_tuning.json", "\"epochs_before\"", "\"epochs_befor\"");
    assert_failure(&place.dim(&quantize), &["fine_tuning.json", "damaged", "epochs_befor"]);
    place.write("tuned/fine_tuning.json", "{\"epochs_before\": 1, \"dataset_before\": \"\", \"ranges\": []}");
    assert_failure(&place.dim(&quantize), &["fine_tuning.json", "damaged", "0 ranges for 5 layers"]);
    fs::remove_file(place.path("tuned/fine_tuning.json")).unwrap();
    assert_failure(&place.dim(&["train", "--resume", "--out", "tuned"]), &["reading tuned/fine_tuning.json"]);
}
