//! Runs `.tflite` files in TensorFlow Lite Micro, by `tests/external/compare_in_tflite_micro.py`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use dim_model_format::Model;
use dim_runtime::Encoder;
use dim_tflite::{OUTPUTS, export};

/// A Python that can import `tflite_micro`.
pub(crate) struct Interpreter(String);

/// What the script compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Compared {
    pub(crate) models: usize,
    pub(crate) images: usize,
    pub(crate) bytes: usize,
}

impl Interpreter {
    /// The Python of `DIM_PYTHON`, or `python3`; `None`, and a line on the screen that no test captures, if
    /// it has no `tflite_micro`.
    ///
    /// # Panics
    /// With `CI=true` instead of returning `None`: there the proof is not optional.
    pub(crate) fn find() -> Option<Self> {
        let python = std::env::var("DIM_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let import = "from tflite_micro.python.tflite_micro import runtime";
        let found = Command::new(&python).args(["-c", import]).output();
        if found.as_ref().is_ok_and(|output| output.status.success()) {
            return Some(Self(python));
        }
        let why = "cannot import tflite_micro; set DIM_PYTHON to a Python with tests/external/requirements.txt";
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{python} {why}: {found:?}");
        let _ =
            writeln!(std::io::stderr(), "\nSKIPPED, nothing was compared with TensorFlow Lite Micro: {python} {why}\n");
        None
    }

    /// Compares every output of every model.
    ///
    /// # Panics
    /// If a byte differs.
    pub(crate) fn compare(&self, models: &[PathBuf]) -> Compared {
        let Output { status, stdout, stderr } = self.run(models);
        let [stdout, stderr] = [stdout, stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        assert!(status.success(), "{status}\n{stdout}\n{stderr}");
        let report: serde_json::Value = serde_json::from_str(&stdout).unwrap();
        let [models, images, bytes] = ["models", "images", "bytes"].map(|key| report[key].as_u64().unwrap() as usize);
        Compared { models, images, bytes }
    }

    /// Takes models out of a wheel, as `tests/external/int8_interior.py` says.
    pub(crate) fn take_out(&self, wheel: &Path, folder: &Path, names: &[&str]) {
        let output = self.script("int8_interior.py").arg(wheel).arg(folder).args(names).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// One of the scripts in `tests/external`, to be run with it.
    pub(crate) fn script(&self, name: &str) -> Command {
        let mut command = Command::new(&self.0);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/external").join(name));
        command
    }

    /// What the script says and returns.
    pub(crate) fn run(&self, models: &[PathBuf]) -> Output {
        self.script("compare_in_tflite_micro.py").args(models).output().unwrap()
    }
}

/// Exports an encoder to `NAME.tflite` in `folder`, with its cases beside it.
pub(crate) fn write<'a>(folder: &Path, name: &str, file: &[u8], images: impl Iterator<Item = &'a [u8]>) -> PathBuf {
    let path = folder.join(name).with_extension("tflite");
    std::fs::write(&path, export(&Model::parse(file).unwrap()).unwrap()).unwrap();
    write_cases(&path, file, images);
    path
}

/// Writes what the runtime computes with the encoder `file` beside its exported `model`.
pub(crate) fn write_cases<'a>(model: &Path, file: &[u8], images: impl Iterator<Item = &'a [u8]>) {
    // The exported input is int8: pixels minus 128.
    write_cases_as(model, file, images, |pixel| pixel.wrapping_sub(128));
}

/// The same where `given` is what a model reads for a pixel.
pub(crate) fn write_cases_as<'a>(
    model: &Path,
    file: &[u8],
    images: impl Iterator<Item = &'a [u8]>,
    given: impl Fn(u8) -> u8,
) {
    let encoder = Model::parse(file).unwrap();
    let mut arena = vec![0; encoder.arena_bytes()];
    let mut encoder = Encoder::new(&encoder, &mut arena).unwrap();
    let mut cases = Vec::new();
    for pixels in images {
        cases.extend(pixels.iter().map(|pixel| given(*pixel)));
        let output = encoder.encode(pixels).unwrap();
        for tensor in OUTPUTS.iter().filter_map(|kind| output.tap(*kind)) {
            cases.extend(tensor.values.iter().map(|value| value.cast_unsigned()));
        }
    }
    std::fs::write(model.with_extension("cases"), cases).unwrap();
}
