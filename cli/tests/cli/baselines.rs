//! The methods that the paper compares with, as a user trains and evaluates them.

use std::io::Read;

use serde_json::Value;

use crate::place::{Place, TRAIN, keys};
use crate::tiny_data::write_coloured;

/// Name, objective, and what `metrics.jsonl` has beside `loss` and `step`.
const BASELINES: [(&str, &str, &[&str]); 7] = [
    ("supervised", "supervised", &["accuracy", "cross_entropy"]),
    ("autoencoder", "autoencoder", &["reconstruction"]),
    ("vae", "vae", &["divergence", "reconstruction"]),
    ("beta-vae", "beta-vae (kl_weight 4)", &["divergence", "reconstruction"]),
    ("aae", "aae (gamma 0.1, uniform prior)", &["discriminator", "prior", "reconstruction"]),
    ("bigan", "bigan (uniform prior)", &["bidirectional", "discriminator"]),
    ("nat", "nat", &["target_distance"]),
];

#[test]
fn every_method_is_recorded_repeated_and_resumed_to_the_bit() {
    for (method, objective, parts) in BASELINES {
        let place = Place::with_data();
        let train = |out: &str, epochs: &str| {
            place.json(&[&TRAIN[..], &["--method", method, "--epochs", epochs, "--out", out]].concat())
        };
        let summary = train("whole", "2");
        assert_eq!([&summary["objective"], &summary["information_ceiling"]], [&Value::from(objective), &Value::Null]);
        let mut expected = [parts, &["loss", "step"]].concat();
        expected.sort_unstable();
        assert_eq!(keys(&summary["last"]), expected);

        train("again", "2");
        train("resumed", "1");
        place.succeeds(&["train", "--resume", "--epochs", "2", "--out", "resumed"]);
        for run in ["whole", "again", "resumed"] {
            place.succeeds(&["quantize", run, "--out", &format!("{run}.dim"), "--budget", "1"]);
        }
        for other in ["again", "resumed"] {
            let file = |name: &str, file: &str| place.read(&format!("{name}{file}"));
            assert_eq!(file("whole", "/metrics.jsonl"), file(other, "/metrics.jsonl"), "{method}");
            assert_eq!(file("whole", "/config.toml"), file(other, "/config.toml"), "{method}");
            assert!(file("whole", ".dim") == file(other, ".dim"), "{method}: the encoders differ");
        }
    }
}

/// Which image has which target is in the checkpoint: in the second epoch it is no longer as the seed drew it.
#[test]
fn targets_that_changed_hands_are_resumed() {
    let place = Place::with_data();
    place.succeeds(&[&TRAIN[..], &["--method", "nat", "--out", "run"]].concat());
    let checkpoint = place.read("run/checkpoint.tar");
    let mut archive = tar::Archive::new(&checkpoint[..]);
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (entry.path().unwrap().to_str().unwrap().to_owned(), bytes)
    });
    let (name, bytes) = entries.last().unwrap();
    assert_eq!(name, "noise-targets.bin");
    let targets: Vec<u32> = bytes.as_chunks().0.iter().map(|row| u32::from_le_bytes(*row)).collect();
    let mut sorted = targets.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..200).collect::<Vec<u32>>());
    assert!(targets != sorted, "no image got another target");

    // Targets belong to so many images, and to this method.
    place.edit("run/config.toml", "method = \"nat\"", "method = \"autoencoder\"");
    place.refuses(&["train", "--resume", "--epochs", "2", "--out", "run"], &["run/checkpoint.tar", "does not fit"]);
}

/// Encoders on crops have no `.dim` file, so that the evaluation stands for the encoder.
#[test]
fn an_encoder_on_crops_is_trained_resumed_and_evaluated() {
    let place = Place::with_data();
    write_coloured(&place.path("coloured"), 64, [8, 4]);
    place.write("crops.toml", "method = \"cpc\"\npreset = \"foldmultialex64\"\nbatch_size = 4\nlearning_rate = 1e-3\n");
    let train = |out: &str, epochs: &str| {
        place.json(&["train", "--config", "crops.toml", "--data", "coloured", "--epochs", epochs, "--out", out])
    };
    let summary = train("whole", "2");
    assert_eq!([&summary["objective"], &summary["information_ceiling"]], [&Value::from("cpc"), &Value::Null]);
    assert_eq!(keys(&summary["last"]), ["loss", "prediction", "step"]);
    train("resumed", "1");
    place.succeeds(&["train", "--resume", "--epochs", "2", "--out", "resumed"]);
    assert_eq!(place.read("whole/metrics.jsonl"), place.read("resumed/metrics.jsonl"));
    let [whole, resumed] = ["whole", "resumed"].map(|run| place.json(&["evaluate", run]));
    assert_eq!(whole["taps"], resumed["taps"]);
    // Behind the map of crops is a convolution that nothing teaches: both are judged.
    let widths = |features: &str, tap: &str| -> Vec<i64> {
        let of = whole["measurements"].as_array().unwrap().iter();
        let of = of.filter(|measurement| measurement["features"] == features && measurement["tap"] == tap);
        of.map(|measurement| measurement["width"].as_i64().unwrap()).collect()
    };
    for features in ["trained", "untrained"] {
        assert_eq!([widths(features, "feature_map"), widths(features, "conv")], [[9408; 2], [4800; 2]]);
    }
    let page = String::from_utf8(place.read("whole/report.html")).unwrap();
    assert!(page.contains("Prediction of crops (nats)") && page.contains("predicted from the rows above"));
    assert!(place.succeeds(&["compare", "whole"]).contains("cpc"));
}

#[test]
fn reports_show_the_curves_of_the_method() {
    for (method, shown, absent) in [
        (
            "supervised",
            &["Classification (nats)", "Accuracy in training", "with labels", "training saw"][..],
            "Divergence",
        ),
        (
            "vae",
            &["Reconstruction", "Divergence from the prior", "without labels", "training never saw"],
            "Classification",
        ),
        (
            "bigan",
            &["Images with embeddings", "encoder and generator", "discriminator", "part of encoder and generator"],
            "Prior matching",
        ),
        ("nat", &["Distance from targets", "distance of normalized embeddings"], "Images with embeddings"),
    ] {
        let place = Place::with_data();
        place.succeeds(&[&TRAIN[..], &["--method", method, "--out", "run"]].concat());
        place.succeeds(&["evaluate", "run"]);
        let page = String::from_utf8(place.read("run/report.html")).unwrap();
        for text in shown {
            assert!(page.contains(text), "{method}: no {text:?}");
        }
        assert!(!page.contains(absent) && !page.contains("Mutual information"), "{method}");
    }
}

#[test]
fn settings_of_other_methods_are_refused_by_name() {
    let place = Place::with_data();
    let train = ["train", "--config", "bad.toml", "--data", "data", "--out", "run"];
    for (settings, words) in [
        ("method = \"gan\"\n", &["bad.toml", "line 1", "gan", "vae"][..]),
        ("method = \"beta-vae\"\nbeta = 4.0\n", &["beta = 4", "beta-vae"]),
        ("method = \"vae\"\nkl_weight = 2.0\n", &["kl_weight = 2", "beta-vae"]),
        ("method = \"aae\"\ngamma = 0.0\n", &["gamma = 0", "autoencoder"]),
        ("method = \"vae\"\nocclusion = 1.0\n", &["occlusion = 1", "dim", "vae"]),
        ("method = \"bigan\"\ngamma = 1.0\n", &["gamma = 1", "aae", "bigan"]),
        ("method = \"bigan\"\ngradient_penalty = 1.0\n", &["gradient_penalty = 1", "aae", "bigan"]),
        ("method = \"nat\"\nprior = \"sphere\"\n", &["prior = \"sphere\"", "nat"]),
        ("method = \"cpc\"\n", &["cpc", "edge28", "foldalex64, foldmultialex64, foldresnet19, foldresnet37"]),
    ] {
        place.write("bad.toml", format!("{settings}preset = \"edge28\"\n"));
        place.refuses(&train, words);
    }
    place.succeeds(&[&TRAIN[..], &["--method", "vae", "--out", "run"]].concat());
    place.refuses(&["train", "--resume", "--method", "aae", "--out", "run"], &["--method", "keeps the settings"]);
}
