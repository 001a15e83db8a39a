//! Settings, folders and devices that cannot work.

use crate::place::{Place, TRAIN, assert_failure};

#[test]
fn settings_are_refused_by_name() {
    let place = Place::with_data();
    for (settings, words) in [
        ("epochs = 1\nlearning_rat = 0.1\n", &["bad.toml", "line 2", "learning_rat", "learning_rate"][..]),
        ("epochs = \"many\"\n", &["bad.toml", "line 1", "many"]),
        ("epochs = \n", &["bad.toml", "line 1"]),
        ("preset = \"edge29\"\n", &["bad.toml", "line 1", "edge29", "edge28"]),
        ("batch_size = 1\n", &["batch_size = 1", "at least 2"]),
        ("learning_rate = nan\n", &["learning_rate = NaN", "positive"]),
        ("alpha = -0.5\n", &["alpha = -0.5", "0 or a positive number"]),
        ("estimator = \"nce\"\n", &["bad.toml", "line 1", "nce", "infonce"]),
        ("prior_matching = \"noise\"\n", &["gamma = 0.1", "set gamma = 0"]),
        ("views = \"crops\"\naugmentation = \"signal\"\n", &["augmentation = \"signal\"", "set views = \"two\""]),
        ("blur = 0.5\n", &["blur = 0.5", "set crop-flip"]),
        ("occlusion = 1.0\nocclusion_block = 20\n", &["occlusion_block = 20", "28x28x1", "1 to 14"]),
    ] {
        let settings =
            if settings.contains("preset") { settings.to_owned() } else { format!("{settings}preset = \"edge28\"\n") };
        place.write("bad.toml", settings);
        place.refuses(&["train", "--config", "bad.toml", "--data", "data", "--out", "run"], words);
    }
    place.refuses(&["train", "--config", "none.toml", "--out", "run"], &["none.toml", "No such file"]);
    place.refuses(&[&TRAIN[..], &["--epochs", "0"]].concat(), &["epochs = 0", "at least 1"]);
}

#[test]
fn devices_are_refused_by_name() {
    let place = Place::trained();
    for (device, words) in [
        ("nonsense", &["--device nonsense", "cpu, flex, ndarray, cuda:N, wgpu:N, vulkan:N or remote:HOST:PORT"][..]),
        ("cuda:first", &["--device cuda:first", "cuda:0"]),
        #[cfg(not(feature = "cuda"))]
        ("cuda:0", &["built without cuda", "cargo build --release --features cuda"]),
    ] {
        place.refuses(&[&TRAIN[..], &["--out", "other", "--device", device]].concat(), words);
        place.refuses(&["evaluate", "run", "--device", device], words);
        place.refuses(&["quantize", "run", "--out", "other.dim", "--device", device], words);
        place.refuses(&["demo", "--quick", "--device", device], words);
    }
}

#[test]
fn a_preset_that_does_not_fit_the_images_leaves_nothing_behind() {
    let place = Place::trained();
    let words = ["conv32 takes 32x32x3", "28x28x1", "choose another preset", "describe an encoder"];
    place.refuses(&["train", "--preset", "conv32", "--data", "data", "--out", "other"], &words);
    place.refuses(&["train", "--preset", "conv32", "--data", "data", "--out", "run", "--overwrite"], &words);
}

#[test]
fn a_run_is_replaced_only_when_told_to() {
    let place = Place::trained();
    let train = [&TRAIN[..], &["--out", "run", "--seed", "7"]].concat();
    place.refuses(&train, &["run", "holds a run already", "--resume", "--overwrite", "--out"]);

    let [checkpoint, metrics] = [place.read("run/checkpoint.tar"), place.read("run/metrics.jsonl")];
    place.succeeds(&[&train[..], &["--overwrite"]].concat());
    assert_ne!(place.read("run/checkpoint.tar"), checkpoint);
    assert_ne!(place.read("run/metrics.jsonl"), metrics);
    assert_eq!(place.names("run"), ["checkpoint.tar", "config.toml", "dataset.json", "metrics.jsonl", "report.html"]);
}

#[test]
fn resuming_keeps_the_settings_of_the_run() {
    let place = Place::trained();
    for (option, value) in [("--config", "settings.toml"), ("--preset", "edge28"), ("--seed", "1"), ("--limit", "9")] {
        place.refuses(&["train", "--resume", "--out", "run", option, value], &[option, "--resume", "only --epochs"]);
    }
}

#[test]
fn folders_that_hold_no_run() {
    let place = Place::trained();
    for command in [
        &["evaluate", "FOLDER"][..],
        &["quantize", "FOLDER", "--out", "other.dim"],
        &["train", "--resume", "--out", "FOLDER"],
    ] {
        // `data` is a folder without a run.
        for folder in ["nowhere", "data"] {
            let command: Vec<&str> =
                command.iter().map(|word| if *word == "FOLDER" { folder } else { *word }).collect();
            place.refuses(&command, &[folder, "dim train --out"]);
        }
    }
    std::fs::remove_file(place.path("run/checkpoint.tar")).unwrap();
    place.refuses(&["evaluate", "run"], &["run", "no checkpoint.tar", "train it first"]);
    place.refuses(&["quantize", "run", "--out", "other.dim"], &["run", "no checkpoint.tar", "train it first"]);
    place.refuses(&["train", "--resume", "--out", "run"], &["run", "no checkpoint", "leave out --resume"]);
}

#[test]
fn a_loss_that_is_no_number_spares_the_checkpoint() {
    let place = Place::trained();
    let checkpoint = place.read("run/checkpoint.tar");
    place.edit("run/config.toml", "learning_rate = 0.001", "learning_rate = 1e30");
    let output = place.dim(&["train", "--resume", "--epochs", "3", "--out", "run"]);
    assert_failure(&output, &["not a number", "epoch 2", "lower learning_rate = 1e30", "checkpoint"]);
    assert!(place.read("run/checkpoint.tar") == checkpoint);
    assert_eq!(place.names("run"), ["checkpoint.tar", "config.toml", "dataset.json", "metrics.jsonl", "report.html"]);

    place.edit("run/config.toml", "learning_rate = 1e30", "learning_rate = 0.001");
    let resumed = place.json(&["train", "--resume", "--epochs", "2", "--out", "run"]);
    assert_eq!(resumed["steps"], 12);
}

#[test]
fn a_loss_that_is_no_number_from_the_start_makes_no_checkpoint() {
    let place = Place::with_data();
    place.edit("settings.toml", "1e-3", "1e30");
    assert_failure(&place.dim(&[&TRAIN[..], &["--out", "run"]].concat()), &["not a number", "epoch 1"]);
    assert_eq!(place.names("run"), ["config.toml", "dataset.json", "metrics.jsonl"]);
}

#[test]
fn a_budget_that_is_exceeded_writes_no_file() {
    let place = Place::trained();
    let words = ["probe accuracy", "test images", "--budget allows -1", "cosine", "nothing was written"];
    place.refuses(&["quantize", "run", "--out", "other.dim", "--budget", "-1"], &words);
    place.refuses(&["quantize", "run", "--out", "encoder.dim", "--budget", "-1"], &words);
    place.refuses(
        &["quantize", "run", "--out", "other.dim", "--calibration", "0"],
        &["--calibration 0", "at least one"],
    );
}

#[test]
fn lengths_of_other_suites_are_refused() {
    let place = Place::trained();
    for option in [
        "--probe-epochs",
        "--labels",
        "--fine-tune-epochs",
        "--decoder-epochs",
        "--critic-epochs",
        "--dependency-epochs",
    ] {
        place.refuses(&["evaluate", "run", option, "2"], &[option, "the quick suite", "--suite paper"]);
    }
    let options = ["evaluate", "run", "--suite", "probes", "--labels", "2"];
    place.refuses(&options, &["--labels", "the probes suite", "add --suite paper"]);
}
