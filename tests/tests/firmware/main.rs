//! The firmware as it is built: what is in its image, and what its instructions cost.
//!
//! Figures are compared with `tests/budgets/`, which the tables of the documentation are generated from.
//! `DIM_BLESS=1 cargo test --release -p dim-conformance --test firmware -- --test-threads 1` writes both anew.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

mod budgets;
mod classify;
mod counts;
mod image;
mod panics;
mod tables;
mod thumb;

use std::path::{Path, PathBuf};
use std::{env, fs};

/// The folder of the whole project.
const PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A file of the project.
fn project(path: &str) -> PathBuf {
    Path::new(PROJECT).join(path)
}

/// Whether what is written down is to be replaced.
fn is_blessing() -> bool {
    env::var_os("DIM_BLESS").is_some()
}

/// Whether a figure is another one by more than 1 % and by more than `slack`.
fn differs(got: u64, stated: u64, slack: u64) -> bool {
    got.abs_diff(stated) > stated / 100 + slack
}

/// Where the firmware is built: a folder for each processor, as `firmware-example/on` does.
fn target_dir(processor: &str) -> PathBuf {
    let shared = env::var_os("CARGO_TARGET_DIR").map(|folder| env::current_dir().unwrap().join(folder));
    shared.unwrap_or_else(|| project("firmware-example/target")).join(processor)
}

/// The first words of the lines of `firmware-example/processors`.
fn processors() -> Vec<String> {
    let file = fs::read_to_string(project("firmware-example/processors")).unwrap();
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_whitespace().next().map(str::to_owned)).collect()
}

#[test]
fn one_percent_is_the_limit() {
    assert!(!differs(10_100, 10_000, 0) && differs(10_101, 10_000, 0));
    assert!(!differs(9_900, 10_000, 0) && differs(9_899, 10_000, 0));
    assert!(!differs(140, 100, 40) && differs(142, 100, 40));
}
