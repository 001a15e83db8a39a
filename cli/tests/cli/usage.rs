//! How the command line is typed: help, and what ends with exit code 2.

use crate::place::Place;

#[test]
fn every_command_explains_itself() {
    let place = Place::with_data();
    let before = place.snapshot();
    for (command, option) in [
        (&["demo"][..], "--quick"),
        (&["data"], "fetch"),
        (&["data", "fetch"], "--dir"),
        (&["train"], "--resume"),
        (&["evaluate"], "--suite"),
        (&["evaluate"], "--probe-epochs"),
        (&["quantize"], "--budget"),
        (&["serve"], "--listen"),
        (&["inspect"], "--json"),
        (&["embed"], "--codes"),
        (&["bench"], "--train"),
        (&["export"], "--format"),
        (&["keygen"], "--out"),
        (&["sign"], "--key"),
        (&["verify"], "--key"),
    ] {
        let help = place.succeeds(&[command, &["--help"]].concat());
        assert!(help.contains(&format!("Usage: dim {}", command.join(" "))) && help.contains(option), "{help}");
        assert!(place.succeeds(&["--help"]).contains(&format!("\n  {}", command[0])));
    }
    place.assert_unchanged(&before);
}

#[test]
fn mistyped_commands_are_told_apart_from_failures() {
    let place = Place::trained();
    let before = place.snapshot();
    for (arguments, word) in [
        (&[][..], "Usage: dim <COMMAND>"),
        (&["trian"], "trian"),
        (&["train", "--preset", "edge29"], "edge28"),
        (&["train", "--epochs", "many"], "--epochs"),
        (&["train", "--colour"], "--colour"),
        (&["evaluate"], "<RUN>"),
        (&["evaluate", "run", "--suite", "slow"], "quick"),
        (&["evaluate", "run", "--suite", "paper", "--probe-epochs", "0"], "at least 1"),
        (&["quantize", "run"], "--out"),
        (&["quantize", "run", "--out", "e.dim", "--budget", "small"], "--budget"),
        (&["inspect"], "<FILE>"),
        (&["bench"], "--train"),
        (&["embed", "encoder.dim", "--images", "data"], "--out"),
        (&["embed", "encoder.dim", "--images", "data", "--out", "y.npy", "--split", "half"], "train, test"),
        (&["export", "encoder.dim", "--format", "tflite"], "--out"),
        (&["export", "encoder.dim", "--format", "onnx", "--out", "e.onnx"], "tflite"),
        (&["data", "fetch", "imagenet"], "fashion-mnist"),
    ] {
        let output = place.dim(arguments);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {errors}");
        assert!(errors.contains(word), "{arguments:?} {errors}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
    place.assert_unchanged(&before);
}
