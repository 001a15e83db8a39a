//! Operators of formats 1.5 and 1.6, against TensorFlow Lite Micro: files as converters write them, imported, and what is exported
//! of them again.
//!
//! `tests/external/make_operators.py` makes the files with the Python that `DIM_PYTHON` names.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

#[path = "../tflite_micro/interpreter.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod interpreter;
mod pictures;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use dim_conformance::draw::{Draw, elements};
use dim_model_format::{About, Identity, Model};

use dim_tflite::{ExportError, Inexpressible};
use interpreter::{Compared, Interpreter, write_cases};

/// Images of a model: all smallest, all largest, every number in turn, and drawn ones.
const IMAGES: usize = 6;

/// The files in a folder with an ending, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "tflite"));
    files.sort();
    files
}

fn images(model: &Model<'_>) -> Vec<Vec<u8>> {
    let length = elements(model.input_shape());
    let mut draw = Draw(length as u64);
    let every = (0..length).map(|index| index as u8).collect();
    let drawn = (3..IMAGES).map(|_| draw.bytes(length)).collect::<Vec<_>>();
    [vec![vec![0; length], vec![255; length], every], drawn].concat()
}

/// Imports a file, and writes what the runtime computes beside it.
fn import(path: &Path) -> Vec<u8> {
    let imported = dim_tflite::import(&fs::read(path).unwrap(), About::named("operator"));
    let file = imported.unwrap_or_else(|error| panic!("{}: {error}", path.display())).file;
    let images = images(&Model::parse(&file).unwrap());
    write_cases(path, &file, images.iter().map(Vec::as_slice));
    file
}

fn identity(file: &[u8]) -> Identity {
    Model::parse(file).unwrap().identity()
}

#[test]
fn every_byte_is_that_of_tensorflow_lite_micro() {
    let Some(interpreter) = Interpreter::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let made = interpreter.script("make_operators.py").arg(folder.path()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let files = files(folder.path());
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let again = folder.path().join("again");
    fs::create_dir(&again).unwrap();
    for path in &files {
        let file = import(path);
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        *counts.entry(name.split('_').next().unwrap().to_owned()).or_default() += 1;
        // What is exported comes back as the same encoder, and computes the same in the other interpreter.
        let exported = match dim_tflite::export(&Model::parse(&file).unwrap()) {
            Ok(exported) => exported,
            // A table with bounds of its own is that of no operator, nor is that of a constant.
            Err(ExportError::Layer { reason: Inexpressible::Table, .. })
                if name.starts_with("bounded") || name.starts_with("times") =>
            {
                continue;
            }
            Err(error) => panic!("{name}: {error}"),
        };
        let path = again.join(name).with_extension("tflite");
        fs::write(&path, exported).unwrap();
        assert_eq!(identity(&import(&path)), identity(&file), "{}", path.display());
    }
    for files in [files, self::files(&again)] {
        let Compared { models, images, bytes } = interpreter.compare(&files);
        println!("{models} models, {images} images, {bytes} bytes: none differs");
        assert_eq!([models, images], [files.len(), files.len() * IMAGES]);
    }
    println!("{counts:?}");
}
