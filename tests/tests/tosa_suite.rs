//! TOSA's conformance suite through the runtime: what our operators can express of it gives the reference model's bytes.
//!
//! `tests/external/tosa_suite.py` generates the tests and compares; the example `tosa_suite` computes them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The gate computes one test in so many.
const SAMPLED: usize = 10;
/// What the script says of these, and of all.
const SAMPLE: &str = r#""tests": 104, "ran": 62, "equal": 62"#;
const WHOLE: &str = r#""tests": 993, "ran": 578, "equal": 578"#;

/// The Python of `DIM_PYTHON` and the folder of `DIM_TOSA_SUITE`; `None`, and a line on the screen that no test captures, if
/// one is not set.
///
/// # Panics
/// With `CI=true` instead of returning `None`: there the proof is not optional.
fn set() -> Option<(PathBuf, PathBuf)> {
    let [python, folder] = ["DIM_PYTHON", "DIM_TOSA_SUITE"].map(|name| std::env::var_os(name).map(PathBuf::from));
    let both = python.zip(folder);
    if both.is_none() {
        let why = "set DIM_PYTHON to a Python with tests/external/requirements.txt, and DIM_TOSA_SUITE to a folder for the suite";
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{why}");
        let _ = writeln!(std::io::stderr(), "\nSKIPPED, nothing of TOSA's conformance suite was computed: {why}\n");
    }
    both
}

/// What the script says of one test in so many; `None` if it cannot run.
fn compare(every: usize) -> Option<String> {
    let (python, folder) = set()?;
    // Cargo puts the examples of a package beside the folder of its tests.
    let tests = std::env::current_exe().unwrap();
    let program = tests.parent().and_then(Path::parent).unwrap().join("examples/tosa_suite");
    assert!(program.exists(), "{} is not built; `cargo test` of the whole package builds it", program.display());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("external/tosa_suite.py");
    let output = Command::new(python).arg(script).arg(folder).arg(program).arg(every.to_string()).output().unwrap();
    let [stdout, stderr] = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(output.status.success(), "{stdout}\n{stderr}");
    println!("{stdout}");
    Some(stdout)
}

#[test]
fn a_sample_of_the_suite_gives_the_same_bytes() {
    if let Some(said) = compare(SAMPLED) {
        assert!(said.contains(SAMPLE), "{said}");
    }
}

#[test]
#[ignore = "the whole suite, run before a release"]
fn the_suite_gives_the_same_bytes() {
    if let Some(said) = compare(1) {
        assert!(said.contains(WHOLE), "{said}");
    }
}
