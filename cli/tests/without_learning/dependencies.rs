//! What this program is built of.

use std::collections::BTreeSet;
use std::process::Command;

/// Promised in README.md.
const MOST_CRATES: usize = 130;

/// Name and version of every crate that cargo compiles for the program, build scripts and macros too.
fn crates(features: &[&str]) -> BTreeSet<String> {
    let tree = ["tree", "--package", "dim", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"];
    let output =
        Command::new(env!("CARGO")).args(tree).args(features).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    // Behind name and version stands a folder, or that the crate has been listed already.
    let names = lines.lines().map(|line| line.split(" (").next().unwrap_or(line));
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[test]
fn few_crates_are_needed_and_none_of_burn() {
    let crates = crates(&["--no-default-features"]);
    assert!(crates.len() <= MOST_CRATES, "{} crates", crates.len());
    for name in ["burn", "burn-core", "dim-trainer"] {
        assert!(!crates.iter().any(|of| of.starts_with(&format!("{name} "))), "{name}");
    }
    assert!(crates.iter().any(|of| of.starts_with("dim-host ")));
}

/// So that the test above would see burn.
#[test]
fn the_whole_program_has_burn() {
    let crates = crates(&[]);
    assert!(crates.len() > MOST_CRATES && crates.iter().any(|of| of.starts_with("burn ")));
}
