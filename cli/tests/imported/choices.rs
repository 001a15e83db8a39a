//! What can be chosen on the command line.

use std::process::Command;

use dim_model_format::{Model, Node, Rounding};

use crate::families::{import, make};
use crate::interpreter::Interpreter;

#[test]
fn an_output_is_chosen_by_either_name() {
    let Some(interpreter) = Interpreter::find() else { return };
    let place = tempfile::tempdir().unwrap();
    make(&interpreter, place.path(), 1);
    let [model, to, single] = ["two_heads-0.tflite", "a.dim", "single.dim"].map(|name| place.path().join(name));
    let by_signature = import(&model, &to, &["--output", "angle"]);
    assert_eq!(by_signature["outputs"].as_array().unwrap().len(), 1);
    assert_eq!(by_signature["outputs"][0]["name"], "embedding");
    assert_eq!(by_signature["outputs"][0]["shape"], serde_json::json!([1, 1, 2]));
    let own_name = format!("tensor {}", by_signature["outputs"][0]["tflite_tensor"]);
    assert_eq!(import(&model, &to, &["--output", &own_name])["identity"], by_signature["identity"]);
    let other = import(&model, &to, &["--output", "kind"]);
    assert_eq!(other["outputs"][0]["shape"], serde_json::json!([1, 1, 5]));
    for options in [&[][..], &["--output", "speed"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dim"));
        let output = command.arg("import").arg(&model).arg("-o").arg(&to).args(options).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), error.lines().count()), (Some(1), 1), "{error}");
        assert!(["`kind`, `angle`", "--output"].iter().all(|words| error.contains(words)), "{error}");
    }

    // All weights and factors of an engine that rounds once are the same.
    let once = import(&model, &single, &["--output", "kind", "--rounding", "single"]);
    assert_ne!(once["identity"], other["identity"]);
    let [twice, once] = [to, single].map(|path| std::fs::read(path).unwrap());
    let [twice, once] = [&twice, &once].map(|file| Model::parse(file).unwrap());
    assert_eq!([twice.graph().rounding, once.graph().rounding], [Rounding::Double, Rounding::Single]);
    let nodes = |model: &Model<'_>| model.nodes().collect::<Vec<Node>>();
    assert_eq!(nodes(&twice), nodes(&once));
    assert_eq!(once.proof(), Some(dim_conformance::oracle::proof(&once)));
}
