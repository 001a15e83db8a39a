//! `dim import`: from a `.tflite` file to a `.dim` file that the other commands take; and `dim evaluate` of such a file.

use dim_conformance::oracle;
use dim_model_format::{About, Clamp, Filter, Model, ModelBuilder, Quantization, Shape, TapKind};
use serde_json::{Value, json};

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

/// Scores of `classes` classes, each the sum of the pixels of one row of 28x28 and of others less.
fn classifier(classes: usize) -> Vec<u8> {
    let weight = |class: usize, pixel: usize| if pixel / 28 / (28 / classes) == class { 3 } else { -1 };
    let filter = Filter {
        weights: (0..classes).flat_map(|class| (0..28 * 28).map(move |pixel| weight(class, pixel))).collect(),
        bias: vec![0; classes],
        multiplier: vec![1 << 30; classes],
        shift: vec![-9; classes],
    };
    let mut builder = ModelBuilder::new(About::named("rows"), Shape::new(28, 28, 1));
    let output = Quantization { scale: 1.0, zero_point: 0 };
    let scores = builder.fully_connected(builder.input(), Clamp::NONE, &filter, output);
    builder.tap(TapKind::Embedding, scores);
    builder.finish().unwrap()
}

/// The largest of the outputs, of equal ones the first, against the class.
#[test]
fn a_file_is_evaluated_as_a_classifier() {
    let place = Place::trained();
    place.write("classifier.dim", classifier(4));
    let found = place.json(&["evaluate", "classifier.dim", "--data", "data"]);
    assert_eq!(
        keys(&found),
        [
            "accuracy",
            "classes",
            "confusion",
            "correct",
            "dataset",
            "encoder",
            "identity",
            "largest_class_share",
            "mean_over_classes",
            "test_images"
        ]
    );
    let file = place.read("classifier.dim");
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
    // The brighter band of an image is its class, and there are as many images of each.
    assert!(found["accuracy"].as_f64().unwrap() > 0.9, "{found}");
    assert_eq!([&found["largest_class_share"], &found["mean_over_classes"]], [&json!(0.25), &found["accuracy"]]);
    let confusion = found["confusion"].as_array().unwrap();
    let row_sum = |row: &Value| row.as_array().unwrap().iter().map(|count| count.as_u64().unwrap()).sum::<u64>();
    assert_eq!(confusion.iter().map(row_sum).collect::<Vec<_>>(), [TEST_IMAGES as u64 / 4; 4]);
    let right: u64 = (0..4).map(|class| confusion[class][class].as_u64().unwrap()).sum();
    assert_eq!(found["correct"], right);
    assert!(place.succeeds(&["evaluate", "classifier.dim", "--data", "data"]).contains("as a classifier"));

    place.write("five.dim", classifier(5));
    place.refuses(&["evaluate", "five.dim", "--data", "data"], &["five.dim", "5 outputs and 4 classes"]);
    place.refuses(&["evaluate", "encoder.dim", "--data", "data"], &["64 outputs and 4 classes", "dim prototypes"]);
    place.refuses(&["evaluate", "encoder.dim"], &["encoder.dim", "--data"]);
    place.refuses(&["evaluate", "encoder.dim", "--data", "data", "--limit", "3"], &["--limit", "run folders"]);
}
