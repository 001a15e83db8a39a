//! `teacher = "RUN"`: an encoder that learns from the embeddings of another one, and its run without that one.

use std::fs;

use serde_json::Value;

use crate::place::{Place, TRAIN, assert_failure, keys};

/// In `run` is the teacher, another preset than the one that learns.
fn with_teacher() -> Place {
    let place = Place::trained();
    fs::create_dir(place.path("settings")).unwrap();
    let settings = String::from_utf8(place.read("settings.toml")).unwrap().replace("edge28", "edge28-dw");
    place.write(
        "settings/small.toml",
        format!("{settings}teacher = \"../run\"\nteacher_information = 0.5\nprojector = 24\n"),
    );
    place
}

const SMALL: [&str; 5] = ["train", "--config", "settings/small.toml", "--data", "data"];

#[test]
fn a_taught_run_stands_without_its_teacher() {
    let place = with_teacher();
    let summary = place.json(&[&SMALL[..], &["--out", "small"]].concat());
    assert_eq!(summary["objective"], "dim-local-jsd (alpha 0, beta 1, gamma 0.1, teacher information 0.5)");
    assert_eq!(
        keys(&summary["last"]),
        [
            "discriminator",
            "effective_rank",
            "local_information",
            "loss",
            "prior",
            "spread",
            "step",
            "teacher_information",
            "uniformity"
        ]
    );
    let taught_by: Value = serde_json::from_slice(&place.read("small/teacher.json")).unwrap();
    assert_eq!([&taught_by["encoder"], &taught_by["units"]], [&Value::from("edge28"), &Value::from(64)]);
    assert_eq!(taught_by["objective"], "dim-local-jsd (alpha 0, beta 1, gamma 0.1)");
    assert_eq!(taught_by["sha256"].as_str().unwrap().len(), 64);

    fs::rename(place.path("run"), place.path("gone")).unwrap();
    place.succeeds(&["evaluate", "small"]);
    place.succeeds(&["quantize", "small", "--out", "small.dim", "--budget", "1"]);
    let words = ["teacher: ", "run: no run in this folder"];
    assert_failure(&place.dim(&["train", "--resume", "--epochs", "2", "--out", "small"]), &words);
    let other = [&TRAIN[..], &["--seed", "1", "--out", "run"]].concat();
    place.succeeds(&other);
    let words = ["teacher: is not the one that small has learned from", "put that one back"];
    assert_failure(&place.dim(&["train", "--resume", "--epochs", "2", "--out", "small"]), &words);
    fs::remove_dir_all(place.path("run")).unwrap();
    // Where it is does not matter, only which one it is.
    let gone = place.path("gone").to_str().unwrap().to_owned();
    place.edit("small/config.toml", place.path("run").to_str().unwrap(), &gone);
    place.succeeds(&["train", "--resume", "--epochs", "2", "--out", "small"]);
    place.succeeds(&["finetune", "small", "--calibration", "50", "--out", "tuned"]);
    assert_eq!(place.read("tuned/teacher.json"), place.read("small/teacher.json"));

    place.edit("settings/small.toml", "../run", "../gone");
    place.succeeds(&[&SMALL[..], &["--epochs", "2", "--out", "whole"]].concat());
    assert_eq!(place.read("whole/metrics.jsonl"), place.read("small/metrics.jsonl"));
}

#[test]
fn the_devices_of_a_run_have_the_teacher_too() {
    let place = with_teacher();
    place.succeeds(&[&SMALL[..], &["--devices", "cpu,cpu", "--out", "small"]].concat());
    place.succeeds(&["bench", "--train", "--config", "settings/small.toml", "--steps", "1"]);
}

#[test]
fn what_cannot_teach_is_refused_before_anything_is_written() {
    let place = with_teacher();
    let train = [&SMALL[..], &["--out", "small"]].concat();
    place.edit("settings/small.toml", "projector = 24\n", "");
    place.succeeds(&train);
    fs::remove_dir_all(place.path("small")).unwrap();

    place.edit("settings/small.toml", "../run", "../nowhere");
    place.refuses(&train, &["teacher: ", "nowhere: no run in this folder", "`dim train --out`"]);
    place.edit("settings/small.toml", "../nowhere", "../run");
    place.edit("settings/small.toml", "teacher_information = 0.5", "teacher_information = 0.0");
    place.refuses(&train, &["teacher_information = 0", "set it above 0"]);
    place.edit("settings/small.toml", "teacher_information = 0.0", "");
    place.refuses(&[&SMALL[..], &["--method", "vae", "--out", "small"]].concat(), &["teacher: only method = \"dim\""]);
    place.refuses(
        &[&SMALL[..], &["--overwrite", "--out", "run"]].concat(),
        &["teacher: ", "is the run folder itself", "--out"],
    );

    let checkpoint = place.read("run/checkpoint.tar");
    place.edit("run/config.toml", "epochs = 1", "epochs = 3");
    place.refuses(&train, &["teacher: ", "has learned for 1 of 3 epochs", "`dim train --resume`"]);
    place.edit("run/config.toml", "epochs = 3", "epochs = 1");
    fs::remove_file(place.path("run/checkpoint.tar")).unwrap();
    place.refuses(&train, &["teacher: ", "run: no checkpoint.tar; train it first"]);
    place.write("run/checkpoint.tar", checkpoint);

    let narrow = "name = \"narrow\"\ninput = [28, 28, 1]\nlayers = [\
                  { conv = { channels = 4, kernel = 5, stride = 4 } }, { linear = 8 }, { linear = 16 }]\n";
    place.write("settings/narrow.toml", narrow);
    place.edit("settings/small.toml", "preset = \"edge28-dw\"", "encoder = \"narrow.toml\"");
    place.refuses(&train, &["teacher: its embeddings have 64 numbers", "16", "set projector"]);
    place.write("settings/narrow.toml", narrow.replace("28, 28", "26, 28"));
    place.refuses(&train, &["teacher: edge28 takes 28x28x1 images, narrow takes 26x28x1", "the same"]);
}
