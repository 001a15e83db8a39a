//! Random models of every family that `tests/external/make_tflite_models.py` makes.

use std::path::Path;
use std::process::Command;

use dim_model_format::Model;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;

use crate::interpreter::{Compared, Interpreter, write_cases_as};

/// Models of each family.
const MODELS: usize = 40;
/// Images of each model: any bytes, and the extremes.
const IMAGES: usize = 8;

/// A family, the options that import it, and which operators of it are left out.
const FAMILIES: [(&str, &[&str], &[&str]); 13] = [
    ("conv1d", &[], &[]),
    ("turned", &[], &[]),
    ("causal", &[], &[]),
    ("scattered", &[], &[]),
    ("dense_each", &[], &[]),
    ("unmoved", &[], &[]),
    ("ends", &[], &["SOFTMAX", "LOG_SOFTMAX", "LOGISTIC", "TANH", "DEQUANTIZE"]),
    ("uint8_input", &[], &["QUANTIZE"]),
    ("no_identifier", &[], &[]),
    ("two_heads", &["--output", "angle"], &[]),
    ("dilated", &[], &[]),
    ("rescaled", &[], &[]),
    ("squeezed", &[], &[]),
];

/// Makes `count` models of each family.
pub(crate) fn make(interpreter: &Interpreter, folder: &Path, count: usize) {
    let output = interpreter.script("make_tflite_models.py").arg(folder).arg(count.to_string()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Imports `model` to `to`; what the command says about it.
pub(crate) fn import(model: &Path, to: &Path, options: &[&str]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dim"));
    let output = command.arg("import").arg(model).arg("-o").arg(to).arg("--json").args(options).output().unwrap();
    assert!(output.status.success(), "{}: {}", model.display(), String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn image(random: &mut StdRng, index: usize, bytes: usize) -> Vec<u8> {
    match index {
        0 => vec![0; bytes],
        1 => vec![255; bytes],
        2 => (0..bytes).map(|_| if random.random() { 0 } else { 255 }).collect(),
        _ => (0..bytes).map(|_| random.random()).collect(),
    }
}

#[test]
fn what_converters_write_gives_the_same_bytes() {
    let Some(interpreter) = Interpreter::find() else { return };
    let place = tempfile::tempdir().unwrap();
    make(&interpreter, place.path(), MODELS);
    let mut random = StdRng::seed_from_u64(1);
    let mut total = 0;
    for (family, options, may_leave_out) in FAMILIES {
        let (mut interiors, mut bytes, mut left_out, mut varied) = (Vec::new(), 0, Vec::new(), 0);
        for number in 0..MODELS {
            let [model, to, interior] =
                ["tflite", "dim", "interior.tflite"].map(|end| place.path().join(format!("{family}-{number}.{end}")));
            let summary = import(&model, &to, options);
            left_out.extend(summary["left_out"].as_array().unwrap().iter().map(|left| left["name"].clone()));
            let outputs = cases(
                &interior,
                &std::fs::read(&to).unwrap(),
                ["uint8_input", "rescaled"].contains(&family),
                &mut random,
            );
            bytes += outputs.iter().map(Vec::len).sum::<usize>();
            varied += usize::from(outputs.iter().any(|output| *output != outputs[0]));
            interiors.push(interior);
        }
        for operator in may_leave_out {
            assert!(left_out.iter().any(|name| name == operator), "{family}: {operator} was never left out");
        }
        assert!(left_out.iter().all(|name| may_leave_out.iter().any(|operator| name == operator)), "{left_out:?}");
        // The others have few outputs, or such as are 0 behind a RELU.
        assert!(varied > MODELS * 2 / 3, "{family}: {varied} of {MODELS} models tell their images apart");
        let compared = interpreter.compare(&interiors);
        assert_eq!(compared, Compared { models: MODELS, images: MODELS * IMAGES, bytes }, "{family}");
        println!("{family}: {compared:?}, no byte differs");
        total += bytes;
    }
    println!("{total} bytes of {} models for {IMAGES} images each, no byte differs", FAMILIES.len() * MODELS);
}

/// Writes the cases of a model; its outputs for each image.
fn cases(interior: &Path, file: &[u8], is_uint8: bool, random: &mut StdRng) -> Vec<Vec<u8>> {
    let model = Model::parse(file).unwrap();
    let len = usize::try_from(model.input_shape().elements()).unwrap();
    let images: Vec<_> = (0..IMAGES).map(|index| image(random, index, len)).collect();
    let given = |pixel: u8| if is_uint8 { pixel } else { pixel.wrapping_sub(128) };
    write_cases_as(interior, file, images.iter().map(Vec::as_slice), given);
    let cases = std::fs::read(interior.with_extension("cases")).unwrap();
    cases.chunks_exact(cases.len() / IMAGES).map(|case| case[len..].to_vec()).collect()
}
