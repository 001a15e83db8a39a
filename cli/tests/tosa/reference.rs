//! Runs `.tosa` files in the reference model, by `tests/external/compare_in_tosa.py`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use dim_model_format::Model;
use dim_runtime::Encoder;

/// A Python that can import `tosa_reference_model`.
pub(crate) struct ReferenceModel(String);

/// What the script compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Compared {
    pub(crate) models: usize,
    pub(crate) images: usize,
    pub(crate) bytes: usize,
}

impl ReferenceModel {
    /// The Python of `DIM_PYTHON`, or `python3`; `None`, and a line on the screen that no test captures, if
    /// it has no `tosa_reference_model`.
    ///
    /// # Panics
    /// With `CI=true` instead of returning `None`: there the proof is not optional.
    pub(crate) fn find() -> Option<Self> {
        let python = std::env::var("DIM_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let found = Command::new(&python).args(["-c", "import tosa_reference_model"]).output();
        if found.as_ref().is_ok_and(|output| output.status.success()) {
            return Some(Self(python));
        }
        let why = "cannot import tosa_reference_model; set DIM_PYTHON to a Python with tests/external/requirements.txt";
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{python} {why}: {found:?}");
        let _ = writeln!(
            std::io::stderr(),
            "\nSKIPPED, nothing was compared with TOSA's reference model: {python} {why}\n"
        );
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

    /// What the script says and returns.
    pub(crate) fn run(&self, models: &[PathBuf]) -> Output {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/external/compare_in_tosa.py");
        Command::new(&self.0).arg(script).args(models).output().unwrap()
    }
}

/// Writes an exported encoder as `NAME.tosa` in `folder`, and what the runtime computes with the encoder `file` beside it.
pub(crate) fn write<'a>(
    folder: &Path,
    name: &str,
    exported: &[u8],
    file: &[u8],
    images: impl Iterator<Item = &'a [u8]>,
) -> PathBuf {
    let path = folder.join(format!("{name}.tosa"));
    fs::write(&path, exported).unwrap();
    let model = Model::parse(file).unwrap();
    let mut arena = vec![0; model.arena_bytes()];
    let mut encoder = Encoder::new(&model, &mut arena).unwrap();
    let mut cases = Vec::new();
    for pixels in images {
        cases.extend(int8(&model, pixels));
        let output = encoder.encode(pixels).unwrap();
        for tap in model.taps() {
            cases.extend(output.tap(tap.kind).unwrap().values.iter().map(|value| value.cast_unsigned()));
        }
    }
    fs::write(path.with_extension("cases"), cases).unwrap();
    path
}

/// What the exported graph reads: pixels minus 128, or what the encoder's tables make of them, which stay behind.
fn int8(model: &Model<'_>, pixels: &[u8]) -> Vec<u8> {
    match model.input_tables() {
        None => pixels.iter().map(|pixel| pixel.wrapping_sub(128)).collect(),
        Some(tables) => {
            pixels.iter().zip(tables.iter().cycle()).map(|(pixel, table)| table[usize::from(*pixel)]).collect()
        }
    }
}

/// Bytes of all outputs for one image.
pub(crate) fn output_bytes(model: &Model<'_>) -> usize {
    model.taps().map(|tap| usize::try_from(model.tensor(tap.tensor).shape.elements()).unwrap()).sum()
}
