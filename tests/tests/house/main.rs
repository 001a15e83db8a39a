//! The house: a floor stands on those below it, and within one no two files import each other.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

mod circles;
mod floors;
mod imports;
mod tokens;

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the project.
fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

#[test]
fn no_two_files_of_a_crate_import_each_other() {
    let mut found = Vec::new();
    for crate_folder in floors::FLOORS.map(|floor| floor.folder) {
        let sources = circles::read(&project(crate_folder).join("src"));
        assert!(!sources.is_empty(), "{crate_folder}/src holds no source");
        for circle in circles::circles(&sources) {
            found.push(format!("in {crate_folder}/src, these files import each other:\n{circle}"));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_floor_stands_on_those_below_it() {
    let mut found = Vec::new();
    for floor in &floors::FLOORS {
        let manifest = fs::read_to_string(project(floor.folder).join("Cargo.toml")).unwrap();
        found.extend(floors::strangers(floor, &toml::from_str(&manifest).unwrap()));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_member_of_the_workspace_is_a_floor() {
    let manifest: toml::Table = toml::from_str(&fs::read_to_string(project("Cargo.toml")).unwrap()).unwrap();
    let list = |key: &str| manifest["workspace"][key].as_array().unwrap().iter();
    for folder in list("members").chain(list("exclude")) {
        let is_floor = floors::FLOORS.iter().any(|floor| Some(floor.folder) == folder.as_str());
        assert!(is_floor, "{folder} is no floor: say in tests/tests/house/floors.rs what it stands on");
    }
}

/// What a page of `dim look` computes with is checked in, since not everyone has the compiler for it.
#[test]
fn the_modules_for_browsers_are_of_these_sources() {
    let live = project("host/src/report/live");
    let output = std::process::Command::new(live.join("sources")).output().unwrap();
    let noted = fs::read_to_string(live.join("dim.sources")).unwrap();
    let found = String::from_utf8(output.stdout).unwrap();
    assert_eq!(noted, found, "a source has changed since: run host/src/report/live/build");
}
