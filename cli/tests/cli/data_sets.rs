//! Every kind of data set, from its files to embeddings.

use std::fs::{self, File};
use std::io::Write;

use serde_json::Value;

use crate::place::{Place, assert_failure, keys};
use crate::tiny_data::{TEST_IMAGES, TRAIN_IMAGES, npy, test_images, train_images};

const SIDE: usize = 28;
const EDGE28: &str = "preset = \"edge28\"\nepochs = 1\nbatch_size = 32\ncritic_units = 8\n";
const CONV32: &str = "preset = \"conv32\"\nepochs = 1\nbatch_size = 16\ncritic_units = 8\n";

fn train(place: &Place, settings: &str, data: &str, limit: &str) -> Value {
    place.write("settings.toml", settings);
    let summary = place.json(&[
        "train",
        "--config",
        "settings.toml",
        "--data",
        data,
        "--limit",
        limit,
        "--out",
        "run",
        "--overwrite",
    ]);
    let wait = summary["data_wait_fraction"].as_f64().unwrap();
    assert!((0.0..1.0).contains(&wait), "{wait}");
    summary
}

fn write_png(place: &Place, name: &str, pixels: &[u8]) {
    let path = place.path(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut encoder = png::Encoder::new(File::create(path).unwrap(), SIDE as u32, SIDE as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(pixels).unwrap();
}

/// The same images as IDX, in NumPy files and as pictures train the same encoder.
#[test]
fn one_set_in_three_formats() {
    let place = Place::with_data();
    let idx = train(&place, EDGE28, "data", "0");
    let metrics = place.read("run/metrics.jsonl");

    fs::create_dir(place.path("arrays")).unwrap();
    let classes = |count: usize| (0..count).map(|index| (index % 4) as u8).collect::<Vec<u8>>();
    for (split, images) in [("train", train_images()), ("test", test_images())] {
        let count = images.len();
        place.write(&format!("arrays/{split}_images.npy"), npy(&[count, SIDE, SIDE], &images.concat()));
        place.write(&format!("arrays/{split}_labels.npy"), npy(&[count], &classes(count)));
        for (index, image) in images.iter().enumerate() {
            write_png(&place, &format!("pictures/{split}/{}/{index:03}.png", index % 4), image);
        }
    }
    for data in ["arrays", "pictures"] {
        let summary = train(&place, EDGE28, data, "0");
        assert_eq!(summary["fingerprint"], idx["fingerprint"], "{data}");
        assert_eq!(summary["dataset"], data);
        assert!(place.read("run/metrics.jsonl") == metrics, "{data} trains otherwise");
        let evaluation = place.json(&["evaluate", "run"]);
        assert_eq!([&evaluation["train_images"], &evaluation["test_images"]], [TRAIN_IMAGES, TEST_IMAGES]);
        place.succeeds(&["quantize", "run", "--out", "e.dim", "--budget", "1"]);
        place.succeeds(&["conform", "e.dim", "--images", data]);
        assert_eq!(place.json(&["embed", "e.dim", "--images", data, "--out", "y.npy"])["images"], TEST_IMAGES);
    }
    assert_eq!(train(&place, EDGE28, "pictures", "64")["steps"], 2);
}

#[test]
fn pictures_without_classes() {
    let place = Place::with_data();
    for (index, image) in test_images().iter().enumerate() {
        write_png(&place, &format!("photos/{index:03}.png"), image);
    }
    assert_eq!(train(&place, EDGE28, "photos", "0")["steps"], 1);
    place.refuses(&["evaluate", "run"], &["photos: its training images have no classes", "train/CLASS/", "--data"]);
    // The same images have classes in `data`.
    assert_eq!(place.json(&["evaluate", "run", "--data", "data"])["test_images"], TEST_IMAGES);
    let likeness = place.json(&["quantize", "run", "--out", "e.dim"]);
    assert_eq!(keys(&likeness), ["cosine_mean", "cosine_min"]);
    assert!(likeness["cosine_min"].as_f64().unwrap() > 0.9, "{likeness}");
    assert_eq!(place.json(&["embed", "e.dim", "--images", "photos", "--out", "y.npy"])["images"], TEST_IMAGES);
    place.refuses(
        &["embed", "e.dim", "--images", "photos", "--out", "z.npy", "--split", "test"],
        &["photos", "--split"],
    );
    place.write("photos/007.png", "no picture");
    place.refuses(
        &["embed", "e.dim", "--images", "photos", "--out", "z.npy"],
        &["photos/007.png: is no PNG, JPEG, WebP", "replace or delete", "--skip-damaged"],
    );
}

#[test]
fn every_augmentation_trains() {
    let place = Place::with_data();
    let plain = train(&place, EDGE28, "data", "64");
    for (augmentation, views) in [
        ("crop-flip", "one"),
        ("crop-flip", "two"),
        ("shift-tone", "two"),
        ("amdim", "two"),
        ("signal", "two"),
        ("resized-crop", "crops"),
    ] {
        let settings = format!("{EDGE28}augmentation = \"{augmentation}\"\nviews = \"{views}\"\n");
        let summary = train(&place, &settings, "data", "64");
        assert!(summary["objective"].as_str().unwrap().contains(augmentation));
        assert_ne!(summary["last"], plain["last"]);
        assert_eq!(train(&place, &settings, "data", "64")["last"], summary["last"], "{augmentation}");
    }
    place.write("settings.toml", format!("{EDGE28}augmentation = \"blur\"\n"));
    let train = ["train", "--config", "settings.toml", "--data", "data", "--out", "other"];
    place.refuses(&train, &["settings.toml", "line 5", "blur", "crop-flip"]);
    place.write("settings.toml", format!("{EDGE28}views = \"two\"\n"));
    place.refuses(&train, &["augmentation = \"none\"", "crop-flip"]);
}

/// A file of `len` bytes that starts with `start`; the rest are zeros that take no room on the disk.
fn write_long(place: &Place, name: &str, start: &[u8], len: u64) {
    let path = place.path(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut file = File::create(path).unwrap();
    file.write_all(start).unwrap();
    file.set_len(len).unwrap();
}

/// Bytes without a pattern that a network could stumble over.
fn noise(len: usize) -> Vec<u8> {
    (0..len as u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 11) as u8).collect()
}

#[test]
fn cifar() {
    let place = Place::with_data();
    for batch in ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"] {
        let records: Vec<u8> = (0..32).flat_map(|label| [vec![label % 10], noise(3072)].concat()).collect();
        write_long(&place, &format!("cifar-10-batches-bin/{batch}.bin"), &records, 30_730_000);
    }
    for (file, count) in [("train.bin", 50_000), ("test.bin", 10_000)] {
        let records: Vec<u8> = (0..32).flat_map(|label| [vec![label % 20, label], noise(3072)].concat()).collect();
        write_long(&place, &format!("cifar-100-binary/{file}"), &records, count * 3074);
    }
    for (folder, name, classes) in [("cifar-10-batches-bin", "cifar10", 10), ("cifar-100-binary", "cifar100", 100)] {
        let summary = train(&place, CONV32, folder, "32");
        assert_eq!([&summary["dataset"], &summary["encoder"]], [name, "conv32"]);
        assert_eq!(summary["steps"], 2);
        let info: Value = serde_json::from_slice(&place.read("run/dataset.json")).unwrap();
        assert_eq!(info["classes"].as_array().unwrap().len(), classes);
    }
}

#[test]
fn stl10() {
    let place = Place::with_data();
    for (name, count) in [("train", 5_000), ("unlabeled", 100_000), ("test", 8_000)] {
        write_long(&place, &format!("stl10_binary/{name}_X.bin"), &noise(8 * 27_648), count * 27_648);
        if name != "unlabeled" {
            write_long(&place, &format!("stl10_binary/{name}_y.bin"), &vec![1; count as usize], count);
        }
    }
    // Random 64x64 crops of 96x96.
    let conv64 = "preset = \"conv64\"\nepochs = 1\nbatch_size = 4\ncritic_units = 8\naugmentation = \"crop-flip\"\n";
    let summary = train(&place, conv64, "stl10_binary", "8");
    assert_eq!([&summary["dataset"], &summary["encoder"]], ["stl10", "conv64"]);
    assert_eq!(summary["steps"], 2);

    place.write("settings.toml", CONV32);
    // Beyond the labelled images: some of the unlabelled ones are read too.
    let train = ["train", "--config", "settings.toml", "--data", "stl10_binary", "--limit", "5032", "--out", "other"];
    let words = ["conv32 takes 32x32x3", "stl10 has 96x96x3", "choose another preset"];
    assert_failure(&place.dim(&train), &words);
    assert!(!place.path("other").exists());
}
