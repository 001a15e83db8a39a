//! What `dim export --format c-library` writes, built and run: on this machine by CMake and pkg-config, and on a Cortex-M4 and a
//! Cortex-M55 in QEMU. Every byte is that of dim-runtime.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

mod archive;
mod packages;
mod programs;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dim_host::c_library::CLibrary;
use dim_model_format::Model;
use tempfile::TempDir;

/// The folder of the whole project.
const PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A file of the project.
fn project(path: &str) -> PathBuf {
    Path::new(PROJECT).join(path)
}

/// The encoder that the firmware comes with.
fn encoder() -> Vec<u8> {
    fs::read(project("encoders/edge28-s.dim")).unwrap()
}

/// Exports it for a processor.
fn export(target: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = encoder();
    let model = Model::parse(&file).unwrap();
    for (path, bytes) in CLibrary::locate(None, target).unwrap().export(&model, &file).unwrap() {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

/// Runs a command that must succeed; returns what it prints.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let [said, errors] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert!(output.status.success(), "{command:?}\n{said}{errors}");
    said
}
