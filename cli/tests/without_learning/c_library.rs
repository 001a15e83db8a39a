//! `dim export --format c-library`. What is in the folder, and that it computes, `host/tests/c_library` tests.

use dim_model_format::Model;
use serde_json::json;

use crate::place::Place;

#[test]
fn a_folder_for_programs_of_c_is_written() {
    let place = Place::new();
    let report = place.json("export encoder.dim --format c-library --target host -o library");
    let model = place.read("encoder.dim");
    let model = Model::parse(&model).unwrap();
    assert_eq!((&report["format"], &report["target"]), (&json!("c-library"), &json!("host")));
    assert_eq!(report["identity"], json!(model.identity().to_string()));
    for file in report["files"].as_array().unwrap() {
        let path = format!("library/{}", file["path"].as_str().unwrap());
        assert_eq!(file["bytes"], json!(place.read(&path).len()), "{path}");
    }
    let header = String::from_utf8(place.read("library/include/dim_encoder.h")).unwrap();
    for (name, value) in [("BYTES", model.file_bytes()), ("ARENA_BYTES", model.arena_bytes()), ("UNITS", 64)] {
        assert!(header.contains(&format!("#define DIM_ENCODER_{name} {value}\n")), "{header}");
    }
    // Written again, it is the same.
    let archive = place.read("library/lib/libdim.a");
    let said = place.succeeds("export encoder.dim --format c-library --target host -o library");
    assert!(said.starts_with("wrote library, encoder ") && said.contains("lib/libdim.a"), "{said}");
    assert!(archive == place.read("library/lib/libdim.a"));
}

#[test]
fn what_cannot_be_exported_is_one_line() {
    let place = Place::new();
    let refused = place.refuses("export encoder.dim --format c-library --target z80 -o library");
    assert!(refused.contains("there is no target z80; there are cortex-m0plus"), "{refused}");
    let refused = place.refuses("export encoder.dim --format c-library --target host --capi nowhere -o library");
    assert!(refused.contains("nowhere is not there") && refused.contains("--capi"), "{refused}");
    let usage = place.dim("export encoder.dim --format c-library -o library");
    assert_eq!(usage.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&usage.stderr).contains("--target"), "{usage:?}");
    assert!(!place.path("library").exists());
}
