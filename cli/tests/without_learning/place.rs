//! A temporary folder with an encoder, and the program run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use dim_model_format::Model;
use serde_json::Value;
use tempfile::TempDir;

/// The encoder that the firmware comes with, of 28x28 grey images; tests have it without its signature, to change it.
const ENCODER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../encoders/edge28-s.dim");

/// A model of another program, with every operator that is imported.
const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/seeds/import/every-operator.tflite");

/// Commands run in this folder; it is removed with the value.
pub(crate) struct Place(TempDir);

impl Place {
    /// With `encoder.dim` and `model.tflite`.
    pub(crate) fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        let signed = fs::read(ENCODER).unwrap();
        let file = &signed[..Model::parse(&signed).unwrap().file_bytes()];
        fs::write(place.path("encoder.dim"), file).unwrap();
        fs::copy(MODEL, place.path("model.tflite")).unwrap();
        place
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn dim(&self, arguments: &str) -> Output {
        let arguments = arguments.split_whitespace();
        Command::new(env!("CARGO_BIN_EXE_dim")).current_dir(&self.0).args(arguments).output().unwrap()
    }

    /// Runs `dim`, which must succeed; returns what it prints.
    pub(crate) fn succeeds(&self, arguments: &str) -> String {
        let Output { status, stdout, stderr } = self.dim(arguments);
        assert_eq!(status.code(), Some(0), "dim {arguments}\n{}", String::from_utf8_lossy(&stderr));
        String::from_utf8(stdout).unwrap()
    }

    /// The same with `--json`.
    pub(crate) fn json(&self, arguments: &str) -> Value {
        serde_json::from_str(&self.succeeds(&format!("{arguments} --json"))).unwrap()
    }

    /// Runs `dim`, which must fail; returns the one line that says why.
    pub(crate) fn refuses(&self, arguments: &str) -> String {
        let Output { status, stdout, stderr } = self.dim(arguments);
        let errors = String::from_utf8(stderr).unwrap();
        // Before it may stand what was read.
        let lines: Vec<&str> = errors.lines().filter(|line| !line.starts_with("data ")).collect();
        assert_eq!((status.code(), stdout.len(), lines.len()), (Some(1), 0, 1), "dim {arguments}\n{errors}");
        lines[0].to_owned()
    }
}
