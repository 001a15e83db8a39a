//! Models that were trained on standardized pixels.

use std::fs;
use std::path::Path;
use std::process::Command;

use dim_model_format::{About, Clamp, Filter, Model, ModelBuilder, Preprocessing, Quantization, Shape, TapKind};
use dim_runtime::Encoder;

/// Of pixels from which 0.5 was taken off, and which were divided by 0.25.
const IMAGE: Quantization = Quantization { scale: 1.0 / 64.0, zero_point: -3 };

/// A `.tflite` file of 28x28 grey images with ten outputs.
fn model() -> Vec<u8> {
    let mut builder = ModelBuilder::new(About::named("standardized"), Shape::new(28, 28, 1));
    builder.set_input_quantization(IMAGE);
    let weights = (0..10 * 784).map(|index| (index * 37 % 251 - 125) as i8).collect();
    let factor = dim_tflite::quantize_multiplier(f64::from(IMAGE.scale) * f64::from(0.01_f32) / 0.5);
    let filter =
        Filter { weights, bias: vec![7; 10], multiplier: vec![factor.multiplier; 10], shift: vec![factor.shift; 10] };
    let output = Quantization { scale: 0.5, zero_point: 0 };
    let y = builder.fully_connected(builder.input(), Clamp::NONE, &filter, output);
    builder.tap(TapKind::Embedding, y);
    dim_tflite::export(&Model::parse(&builder.finish().unwrap()).unwrap()).unwrap()
}

/// What the program prints, or the line with which it refuses.
fn dim(folder: &Path, arguments: &str) -> Result<String, String> {
    let arguments = arguments.split_whitespace();
    let output = Command::new(env!("CARGO_BIN_EXE_dim")).current_dir(folder).args(arguments).output().unwrap();
    let [stdout, stderr] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    if output.status.success() { Ok(stdout) } else { Err(stderr) }
}

fn embedding(file: &[u8], pixels: &[u8]) -> Vec<i8> {
    let model = Model::parse(file).unwrap();
    let mut arena = vec![0; model.arena_bytes()];
    Encoder::new(&model, &mut arena).unwrap().encode(pixels).unwrap().embedding().values.to_vec()
}

#[test]
fn pixels_become_the_numbers_that_the_model_would_get() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("model.tflite"), model()).unwrap();
    dim(folder.path(), "import model.tflite -o plain.dim").unwrap();
    dim(folder.path(), "import model.tflite --mean 0.5 --std 0.25 -o pictures.dim").unwrap();
    let [plain, pictures] = ["plain.dim", "pictures.dim"].map(|name| fs::read(path(name)).unwrap());
    assert!(matches!(Model::parse(&pictures).unwrap().graph().input.preprocessing, Preprocessing::LookupU8 { .. }));
    let pixels: Vec<u8> = (0..784).map(|index| (index * 13 % 256) as u8).collect();
    let code = |pixel: &u8| {
        let real = (f64::from(*pixel) / 255.0 - 0.5) / 0.25;
        (real / f64::from(IMAGE.scale)).round() as i32 - 3
    };
    let numbers: Vec<u8> = pixels.iter().map(|pixel| (code(pixel).clamp(-128, 127) + 128) as u8).collect();
    assert_eq!(embedding(&pictures, &pixels), embedding(&plain, &numbers));
    let inspected = dim(folder.path(), "inspect pictures.dim").unwrap();
    assert!(inspected.contains("raw u8 pixels, by tables to int8 numbers of scale 0.015625"), "{inspected}");
    let inspected = dim(folder.path(), "inspect pictures.dim --json").unwrap();
    assert!(inspected.contains("\"table\""), "{inspected}");
}

#[test]
fn pictures_are_refused_where_they_would_mean_something_else() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("model.tflite"), model()).unwrap();
    dim(folder.path(), "import model.tflite -o plain.dim").unwrap();
    dim(folder.path(), "import model.tflite --mean 0.5 --std 0.25 -o pictures.dim").unwrap();
    for command in [
        "embed FILE --images embedded -o y.npy",
        "prototypes FILE --images embedded -o c.bin",
        "evaluate FILE --data embedded",
    ] {
        let refusal = dim(folder.path(), &command.replace("FILE", "plain.dim")).unwrap_err();
        assert!(refusal.contains("plain.dim takes numbers of scale 0.015625 and zero point -3"), "{refusal}");
        assert!(refusal.contains("--mean and --std") && refusal.lines().count() == 1, "{refusal}");
        dim(folder.path(), &command.replace("FILE", "pictures.dim")).unwrap();
    }
    // Whatever the bytes mean, engines compute the same.
    for file in ["plain.dim", "pictures.dim"] {
        dim(folder.path(), &format!("conform {file} --cases 3")).unwrap();
    }
    let refusal = dim(folder.path(), "import model.tflite --mean 0.5,0.4 --std 0.25 -o other.dim").unwrap_err();
    assert!(refusal.contains("one for each channel"), "{refusal}");
    assert!(dim(folder.path(), "import model.tflite --mean 0.5 -o other.dim").is_err());
}
