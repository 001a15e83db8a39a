//! Objectives as a user chooses them in a settings file.

use serde_json::Value;

use crate::place::{Place, TRAIN, keys};

/// Every random part at once, with several losses.
const EVERYTHING: &str = "alpha = 0.5\nestimator = \"infonce\"\nscaled_scores = true\nscore_clip = 10.0\n\
    score_penalty = 0.01\ncritic_chunk = 5\nprior = \"ball\"\nprior_updates = \"alternating\"\ngradient_penalty = 0.5\n\
    coordinates = 0.1\nrelative_coordinates = 0.1\nocclusion = 0.5\nviews = \"two\"\n\
    augmentation = \"shift-tone\"\ninitialization = \"pytorch-0.4\"\n";

fn with(settings: &str) -> Place {
    let place = Place::with_data();
    let text = String::from_utf8(place.read("settings.toml")).unwrap();
    place.write("settings.toml", text + settings);
    place
}

fn metrics(place: &Place, run: &str) -> Vec<Value> {
    let text = String::from_utf8(place.read(&format!("{run}/metrics.jsonl"))).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn everything_at_once_is_recorded_and_resumed_to_the_bit() {
    let place = with(EVERYTHING);
    let summary = place.json(&[&TRAIN[..], &["--out", "whole", "--epochs", "2"]].concat());
    assert_eq!(
        summary["objective"],
        "dim-local-global-infonce (alpha 0.5, beta 1, gamma 0.1, two views, shift-tone, ball prior, coordinates 0.1, relative \
         coordinates 0.1, occlusion 0.5)"
    );
    // 1 + 31 images of 7x7 cells.
    let ceiling = summary["information_ceiling"].as_f64().unwrap();
    assert!((ceiling - 1520_f64.ln()).abs() < 1e-9, "{ceiling}");
    assert_eq!(
        keys(&summary["last"]),
        [
            "alignment",
            "coordinates",
            "discriminator",
            "effective_rank",
            "global_information",
            "gradient_penalty",
            "local_information",
            "loss",
            "occluded_information",
            "prior",
            "relative_coordinates",
            "spread",
            "squared_score",
            "step",
            "uniformity"
        ]
    );
    place.succeeds(&[&TRAIN[..], &["--out", "run", "--epochs", "1"]].concat());
    place.succeeds(&["train", "--resume", "--epochs", "2", "--out", "run"]);
    assert_eq!(place.read("run/metrics.jsonl"), place.read("whole/metrics.jsonl"));
    assert_eq!(place.read("run/config.toml"), place.read("whole/config.toml"));
    for run in ["run", "whole"] {
        place.succeeds(&["quantize", run, "--out", &format!("{run}.dim"), "--budget", "1"]);
    }
    assert!(place.read("run.dim") == place.read("whole.dim"), "the encoders differ");
}

#[test]
fn small_crops_and_growing_strength_are_resumed_to_the_bit_and_fine_tuned_at_full_strength() {
    let place = with(
        "views = \"crops\"\nsmall_crops = 2\naugmentation = \"resized-crop\"\nblur = 0.5\n\
        augmentation_growth = 1.5\nview_information = 1.0\nocclusion = 0.5\n",
    );
    let summary = place.json(&[&TRAIN[..], &["--out", "whole", "--epochs", "2"]].concat());
    assert_eq!(
        summary["objective"],
        "dim-local-jsd (alpha 0, beta 1, gamma 0.1, two views, 2 small crops, resized-crop, blur 0.5, growing over 1.5 epochs, \
         view information 1, occlusion 0.5)"
    );
    place.succeeds(&[&TRAIN[..], &["--out", "run", "--epochs", "1"]].concat());
    place.succeeds(&["train", "--resume", "--epochs", "2", "--out", "run"]);
    assert_eq!(place.read("run/metrics.jsonl"), place.read("whole/metrics.jsonl"));
    assert_eq!(place.read("run/config.toml"), place.read("whole/config.toml"));

    place.edit("settings.toml", "augmentation_growth = 1.5", "augmentation_growth = 0");
    place.succeeds(&[&TRAIN[..], &["--out", "full", "--epochs", "2"]].concat());
    let [grown, full] = ["whole", "full"].map(|run| metrics(&place, run));
    assert_ne!(grown[0], full[0], "the first step sees other views");

    place.succeeds(&["finetune", "run", "--out", "tuned", "--calibration", "20"]);
    let config = String::from_utf8(place.read("tuned/config.toml")).unwrap();
    assert!(config.contains("augmentation_growth = 0.0\n"), "{config}");
}

#[test]
fn what_the_objective_has_no_part_of_is_absent() {
    let place = with("alpha = 1.0\nbeta = 0.0\ngamma = 0.0\nestimator = \"dv\"\n");
    let summary = place.json(&[&TRAIN[..], &["--out", "run"]].concat());
    assert_eq!(summary["objective"], "dim-global-dv (alpha 1, beta 0, gamma 0)");
    assert_eq!(summary["information_ceiling"], Value::Null);
    assert_eq!(
        keys(&summary["last"]),
        ["effective_rank", "global_information", "loss", "spread", "step", "uniformity"]
    );
    let [loss, information] = ["loss", "global_information"].map(|key| summary["last"][key].as_f64().unwrap());
    assert!((loss + information).abs() < 1e-6);
}

#[test]
fn only_what_is_measured_in_nats_is_said_to_be() {
    for (estimator, unit) in [("jsd", " nats at first"), ("w1", " at first")] {
        let place = with(&format!("estimator = {estimator:?}\nscore_clip = 1.0\n"));
        let said = place.succeeds(&[&TRAIN[..], &["--out", "run"]].concat());
        let line = said.lines().find(|line| line.contains("information")).unwrap();
        assert!(line.contains(unit) && line.contains("nats") == (estimator == "jsd"), "{line}");
    }
}

#[test]
fn metrics_are_read_every_few_steps_and_at_the_end_of_an_epoch() {
    let place = with("metrics_every = 4\n");
    let summary = place.json(&[&TRAIN[..], &["--out", "seldom", "--epochs", "2"]].concat());
    assert_eq!(summary["steps"], 12);
    let steps: Vec<u64> = metrics(&place, "seldom").iter().map(|line| line["step"].as_u64().unwrap()).collect();
    assert_eq!(steps, [4, 6, 8, 12]);

    // How often they are read changes nothing else.
    place.edit("settings.toml", "metrics_every = 4", "metrics_every = 1");
    place.succeeds(&[&TRAIN[..], &["--out", "always", "--epochs", "2"]].concat());
    let always = metrics(&place, "always");
    assert_eq!(always.len(), 12);
    for line in metrics(&place, "seldom") {
        assert!(always.contains(&line), "{line}");
    }
}

#[test]
fn a_loss_that_is_no_number_is_found_although_metrics_are_read_seldom() {
    let place = with("metrics_every = 1000\n");
    place.edit("settings.toml", "1e-3", "1e30");
    let output = place.dim(&[&TRAIN[..], &["--out", "run"]].concat());
    crate::place::assert_failure(&output, &["not a number", "step 6", "epoch 1"]);
    assert_eq!(place.names("run"), ["config.toml", "dataset.json", "metrics.jsonl"]);
}

#[test]
fn maps_at_several_depths_are_recorded_and_resumed_to_the_bit() {
    let place = with("local_maps = [\"conv\", \"layer0\"]\nviews = \"two\"\naugmentation = \"shift-tone\"\n");
    let summary = place.json(&[&TRAIN[..], &["--out", "whole", "--epochs", "2"]].concat());
    assert_eq!(
        summary["objective"],
        "dim-local-jsd (alpha 0, beta 1, gamma 0.1, two views, shift-tone, local maps conv layer0)"
    );
    assert_eq!(summary["last"]["map_information"].as_array().unwrap().len(), 2);
    place.succeeds(&[&TRAIN[..], &["--out", "run", "--epochs", "1"]].concat());
    place.succeeds(&["train", "--resume", "--epochs", "2", "--out", "run"]);
    assert_eq!(place.read("run/metrics.jsonl"), place.read("whole/metrics.jsonl"));
    place.succeeds(&["finetune", "run", "--calibration", "50", "--out", "tuned"]);
    place.succeeds(&["quantize", "tuned", "--out", "tuned.dim", "--budget", "1"]);
    assert!(place.json(&["inspect", "tuned.dim"])["taps"].as_array().unwrap().len() == 4, "maps are of learning only");
    place.edit("settings.toml", "layer0", "block1");
    place
        .refuses(&[&TRAIN[..], &["--out", "other"]].concat(), &["local_maps", "\"block1\"", "choose from layer0 conv"]);
}
