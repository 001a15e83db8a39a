//! `dim import`: from a `.tflite` file to a `.dim` file that the other commands take; and `dim evaluate` of such a file.

use dim_conformance::oracle;
use dim_model_format::{Model, TapKind};
use serde_json::json;

use crate::place::{Place, keys};
use crate::tiny_data::TEST_IMAGES;

/// With an encoder as a `.tflite` file.
fn place() -> Place {
    let place = Place::trained();
    place.succeeds(&["export", "encoder.dim", "--format", "tflite", "--out", "model.tflite"]);
    place
}

#[test]
fn an_imported_model_is_inspected_proven_and_run() {
    let place = place();
    let summary = place.json(&["import", "model.tflite", "--out", "model.dim"]);
    assert_eq!(
        keys(&summary),
        ["arena_bytes", "file_bytes", "identity", "input", "layers", "left_out", "macs", "name", "outputs", "sha256"]
    );
    let [origin, file] = ["encoder.dim", "model.dim"].map(|name| place.read(name));
    let [origin, model] = [&origin, &file].map(|file| Model::parse(file).unwrap());
    assert_eq!(summary["identity"], origin.identity().to_string());
    assert_eq!(model.proof(), origin.proof());
    assert_eq!(summary["left_out"], json!([]));
    assert_eq!(keys(&summary["input"]), ["name", "scale", "shape", "tflite_tensor", "zero_point"]);
    let names: Vec<_> = summary["outputs"].as_array().unwrap().iter().map(|output| &output["name"]).collect();
    assert_eq!(names, ["feature_map", "conv", "fc", "embedding"]);
    assert!(place.succeeds(&["import", "model.tflite", "--out", "model.dim"]).contains("wrote model.dim"));

    let inspection = place.json(&["inspect", "model.dim"]);
    let objective = format!("imported (model.tflite, sha256 {})", summary["sha256"].as_str().unwrap());
    assert_eq!(
        [&inspection["name"], &inspection["objective"], &inspection["dataset"], &inspection["epochs"]],
        [&json!("model"), &json!(objective), &json!("unknown"), &json!(0)]
    );
    assert_eq!([&inspection["input_scale"], &inspection["input_zero_point"]], [&json!(0.007_812_5), &json!(0)]);
    assert_eq!(place.json(&["conform", "model.dim", "--images", "data"])["passed"], true);
}

#[test]
fn what_cannot_be_imported_is_refused() {
    let place = place();
    let file = place.read("model.tflite");
    place.write("short.tflite", &file[..file.len() / 2]);
    place.refuses(&["import", "short.tflite", "--out", "x.dim"], &["short.tflite", "damaged", "convert it again"]);
    place.refuses(&["import", "encoder.dim", "--out", "x.dim"], &["encoder.dim", "not a .tflite file"]);
    place.refuses(&["import", "none.tflite", "--out", "x.dim"], &["reading none.tflite"]);
}

/// The largest of the outputs, of equal ones the first, against the class.
#[test]
fn a_file_is_evaluated_as_a_classifier() {
    let place = Place::trained();
    let found = place.json(&["evaluate", "encoder.dim", "--data", "data"]);
    assert_eq!(keys(&found), ["accuracy", "classes", "correct", "dataset", "encoder", "identity", "test_images"]);
    let file = place.read("encoder.dim");
    let model = Model::parse(&file).unwrap();
    let data = dim_host::data::load(&place.path("data"), model.input_shape(), 0).unwrap();
    let embedding = usize::from(model.tap(TapKind::Embedding).unwrap().0);
    let labels = data.test.labels.as_ref().unwrap();
    let is_correct = |index: &usize| {
        let scores = &oracle::run(&model, data.test.image(*index))[embedding].values;
        let class = usize::from(labels[*index]);
        let largest = scores.iter().max().unwrap();
        scores[class] == *largest && !scores[..class].contains(largest)
    };
    let correct = (0..data.test.len()).filter(is_correct).count();
    assert_eq!([&found["correct"], &found["test_images"]], [&json!(correct), &json!(TEST_IMAGES)]);
    assert_eq!(found["accuracy"], json!(correct as f64 / TEST_IMAGES as f64));
    assert!(place.succeeds(&["evaluate", "encoder.dim", "--data", "data"]).contains("as a classifier"));

    place.refuses(&["evaluate", "encoder.dim"], &["encoder.dim", "--data"]);
    place.refuses(&["evaluate", "encoder.dim", "--data", "data", "--limit", "3"], &["--limit", "run folders"]);
}
