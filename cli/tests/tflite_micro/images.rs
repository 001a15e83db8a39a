//! Real images, and every preset.

use std::path::Path;
use std::process::Command;

use dim_host::data::{Images, embedded};
use dim_model_format::{About, Model};
use dim_tflite::OUTPUTS;
use dim_trainer::architecture::Preset;
use dim_trainer::device;
use dim_trainer::model::Encoder;
use dim_trainer::quantize::{DeviceArithmetic, Observer, calibrate, lower};
use dim_trainer::settings::{Integers, WeightBits};

use crate::interpreter::{Compared, Interpreter, write, write_cases};

const REAL_IMAGES: usize = 500;

fn dim(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_dim")).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Bytes of all outputs for one image.
fn output_bytes(model: &Model<'_>) -> usize {
    let tapped = OUTPUTS.iter().filter_map(|kind| model.tap(*kind));
    tapped.map(|id| usize::try_from(model.tensor(id).shape.elements()).unwrap()).sum()
}

fn each(images: &Images) -> impl Iterator<Item = &[u8]> {
    images.pixels.chunks_exact(images.image_len())
}

/// As a user does it: train, quantize, export.
#[test]
fn a_trained_encoder_gives_the_same_bytes_for_real_images() {
    let Some(interpreter) = Interpreter::find() else { return };
    let place = tempfile::tempdir().unwrap();
    let train =
        ["train", "--preset", "edge28", "--data", "embedded", "--limit", "640", "--epochs", "1", "--out", "run"];
    dim(place.path(), &train);
    dim(place.path(), &["quantize", "run", "-o", "encoder.dim", "--limit", "200", "--budget", "1"]);
    let export = ["export", "encoder.dim", "--format", "tflite", "-o", "encoder.tflite"];
    let summary: serde_json::Value =
        serde_json::from_str(&dim(place.path(), &[&export[..], &["--json"]].concat())).unwrap();

    let file = std::fs::read(place.path().join("encoder.dim")).unwrap();
    let exported = place.path().join("encoder.tflite");
    let model = Model::parse(&file).unwrap();
    assert_eq!(summary["identity"], model.identity().to_string());
    assert_eq!(summary["file_bytes"], std::fs::metadata(&exported).unwrap().len());
    assert_eq!(summary["input"]["shape"], serde_json::json!([28, 28, 1]));
    let names: Vec<_> = summary["outputs"].as_array().unwrap().iter().map(|output| output["name"].as_str()).collect();
    assert_eq!(names, ["embedding", "feature_map", "conv", "fc"].map(Some));
    assert!(dim(place.path(), &export).contains("output 0, embedding"));

    let mut images = embedded::fashion_mnist_subset().unwrap().test;
    images.truncate(REAL_IMAGES);
    write_cases(&exported, &file, each(&images));
    let expected = Compared { models: 1, images: REAL_IMAGES, bytes: REAL_IMAGES * output_bytes(&model) };
    assert_eq!(interpreter.compare(&[exported]), expected);
}

/// Every one that has a `.dim` file: with random weights, and, where it takes colours, bytes of Fashion-MNIST as colours.
#[test]
fn every_preset_gives_the_same_bytes() {
    const IMAGES: usize = 3;
    let Some(interpreter) = Interpreter::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let device = device::open("cpu").unwrap();
    let pixels = embedded::fashion_mnist_subset().unwrap().test.pixels;
    let (mut models, mut bytes) = (Vec::new(), 0);
    let presets = Preset::all().iter().map(|preset| preset.architecture());
    for architecture in presets.filter(|architecture| architecture.check_operators().is_ok()) {
        let len = usize::try_from(architecture.input.elements()).unwrap();
        let pixels = pixels[..IMAGES * len].to_vec();
        let images = Images { shape: architecture.input, pixels, labels: None };
        let encoder = Encoder::new(&architecture, &device);
        let ranges = calibrate(&encoder, &images, Observer::Minmax, &device);
        for weights in [WeightBits::Int8, WeightBits::Int4] {
            let integers = Integers { weights, ..Integers::default() };
            let arithmetic = DeviceArithmetic::new(ranges.clone(), integers);
            let file = lower(&encoder.export(), &arithmetic, None, About::named(&architecture.name)).unwrap();
            bytes += IMAGES * output_bytes(&Model::parse(&file).unwrap());
            models.push(write(folder.path(), &format!("{}-{weights:?}", architecture.name), &file, each(&images)));
        }
    }
    assert!(models.len() >= 18, "{models:?}");
    let expected = Compared { models: models.len(), images: IMAGES * models.len(), bytes };
    assert_eq!(interpreter.compare(&models), expected);
}
