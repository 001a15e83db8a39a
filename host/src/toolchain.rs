//! The Rust that builds a firmware.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

/// The cargo that started this program, if one did, else the one in `PATH`.
pub(crate) fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Whether the compiler has the library of a target.
pub(crate) fn check_target(triple: &str) -> anyhow::Result<()> {
    let output = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", triple])
        .stdin(Stdio::null())
        .output()
        .context("starting rustc; the firmware needs Rust from https://rustup.rs")?;
    let folder = String::from_utf8_lossy(&output.stdout);
    let installed = output.status.success() && Path::new(folder.trim()).is_dir();
    ensure!(installed, "the Rust target {triple} is not installed; run: rustup target add {triple}");
    Ok(())
}

/// The first error of what cargo said.
pub(crate) fn first_error(said: &[u8]) -> String {
    let said = String::from_utf8_lossy(said);
    said.lines().find(|line| line.starts_with("error")).unwrap_or("cargo gave no reason").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_target_names_the_remedy() {
        // A target that rustc knows and nobody installs for this project.
        let error = check_target("mipsel-unknown-none").unwrap_err();
        assert!(error.to_string().ends_with("run: rustup target add mipsel-unknown-none"), "{error}");
    }
}
