//! `clusters_of = ["FILE"]`: an encoder that learns the clusters of embeddings that others computed of its images.

use std::fs;

use serde_json::Value;

use crate::place::{Place, TRAIN, assert_failure, keys};
use crate::tiny_data::npy_of;

/// Embeddings of the encoder in `run` in `first.npy`, and settings that learn their clusters and those of `second.npy`, which
/// is NumPy's own.
fn with_embeddings() -> Place {
    let place = Place::trained();
    place.succeeds(&["embed", "encoder.dim", "--images", "data", "--split", "train", "--out", "first.npy"]);
    let images = 200;
    place.write("second.npy", npy_of("<f4", &[images, 2], &second(images)));
    fs::create_dir(place.path("settings")).unwrap();
    let settings = String::from_utf8(place.read("settings.toml")).unwrap();
    place.write(
        "settings/small.toml",
        format!("{settings}clusters_of = [\"../first.npy\", \"../second.npy\"]\nclusters = 9\n"),
    );
    place
}

/// Two numbers of each image.
fn second(images: usize) -> Vec<u8> {
    (0..2 * images).flat_map(|index| ((index * 37 % 19) as f32).to_le_bytes()).collect()
}

const SMALL: [&str; 5] = ["train", "--config", "settings/small.toml", "--data", "data"];

#[test]
fn a_run_learns_the_clusters_of_files_and_stands_without_them() {
    let place = with_embeddings();
    let summary = place.json(&[&SMALL[..], &["--out", "small"]].concat());
    assert_eq!(
        summary["objective"],
        "dim-local-jsd (alpha 0, beta 1, gamma 0.1, cluster information 30 (9 clusters of 2 encoders))"
    );
    assert!(keys(&summary["last"]).contains(&"cluster_information"));
    let told = summary["last"]["cluster_information"].as_f64().unwrap();
    assert!(told < 9_f64.ln(), "{told}");
    let files: Value = serde_json::from_slice(&place.read("small/clusters.json")).unwrap();
    assert_eq!(files[0]["file"], "first.npy");
    assert_eq!([&files[0]["units"], &files[1]["units"]], [&Value::from(64), &Value::from(2)]);
    assert_eq!(files[1]["images"], 200);
    assert_eq!(files[1]["sha256"].as_str().unwrap().len(), 64);
    place.succeeds(&["bench", "--train", "--config", "settings/small.toml", "--steps", "1"]);

    fs::rename(place.path("second.npy"), place.path("gone.npy")).unwrap();
    place.succeeds(&["evaluate", "small"]);
    place.succeeds(&["quantize", "small", "--out", "small.dim", "--budget", "1"]);
    let resume = ["train", "--resume", "--epochs", "2", "--out", "small"];
    assert_failure(&place.dim(&resume), &["clusters_of: ", "second.npy: "]);
    let mut other = second(200);
    other[0] ^= 1;
    place.write("second.npy", npy_of("<f4", &[200, 2], &other));
    assert_failure(
        &place.dim(&resume),
        &["second.npy: is not the file that small has learned from", "put that one back"],
    );
    // Where it is does not matter, only which one it is.
    place.edit("small/config.toml", "second.npy", "gone.npy");
    place.succeeds(&resume);
    place.succeeds(&["finetune", "small", "--calibration", "50", "--out", "tuned"]);
    let tuned: Value = serde_json::from_slice(&place.read("tuned/clusters.json")).unwrap();
    assert_eq!(tuned[1]["sha256"], files[1]["sha256"]);

    fs::rename(place.path("gone.npy"), place.path("second.npy")).unwrap();
    place.succeeds(&[&SMALL[..], &["--epochs", "2", "--out", "whole"]].concat());
    assert_eq!(place.read("whole/metrics.jsonl"), place.read("small/metrics.jsonl"));
}

#[test]
fn the_devices_of_a_run_have_the_clusters_too() {
    let place = with_embeddings();
    let summary = place.json(&[&SMALL[..], &["--devices", "cpu,cpu", "--out", "small"]].concat());
    assert!(summary["last"]["cluster_information"].is_number());
}

#[test]
fn what_has_no_clusters_to_learn_is_refused_before_anything_is_written() {
    let place = with_embeddings();
    let train = [&SMALL[..], &["--out", "small"]].concat();
    let refuses = |words: &[&str]| place.refuses(&train, words);
    for (bytes, words) in [
        (npy_of("<f4", &[199, 2], &second(199)), ["second.npy: 199 rows", "200 images to learn from"]),
        (npy_of("<f4", &[200, 3], &second(200)), ["second.npy: '<f4' of [200, 3], cut short", "[images, units]"]),
        (npy_of("|O", &[200, 2], &second(200)), ["second.npy: an array of texts", "[images, units]"]),
        (b"PK".to_vec(), ["second.npy: ", "[images, units]"]),
    ] {
        place.write("second.npy", bytes);
        refuses(&[&["clusters_of: "], &words[..]].concat());
    }
    place.write("second.npy", npy_of("<f4", &[200, 2], &second(200)));
    place.edit("settings/small.toml", "clusters = 9", "clusters = 1");
    refuses(&["clusters = 1: must be at least 2"]);
    place.edit("settings/small.toml", "clusters = 1", "clusters = 201");
    refuses(&["clusters = 201: there are 200 images"]);
    place.edit("settings/small.toml", "clusters = 201", "cluster_information = 0.0");
    refuses(&["cluster_information = 0", "set it above 0"]);
    place.edit("settings/small.toml", "cluster_information = 0.0", "");
    place.refuses(
        &[&SMALL[..], &["--method", "vae", "--out", "small"]].concat(),
        &["clusters_of: only method = \"dim\" learns clusters"],
    );
    place.edit("settings/small.toml", "[\"../first.npy\", \"../second.npy\"]", "[]\nclusters = 9");
    refuses(&["clusters = 9: without effect", "clusters_of"]);
    // Other runs in the same folder do not keep what this one learned from.
    let plain = [&TRAIN[..], &["--out", "plain"]].concat();
    place.succeeds(&plain);
    assert!(!place.path("plain/clusters.json").exists());
}
