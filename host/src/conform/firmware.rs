//! Builds the firmware for one encoder and its cases.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};

use super::processor::Processor;
use crate::toolchain::{cargo, check_target, first_error};

/// Beside the source that this program was built from, unless that came as a package.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../firmware-example");

/// The source of the firmware, what it is built for, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Firmware {
    folder: PathBuf,
    pub(super) processor: Processor,
    target_dir: PathBuf,
}

impl Firmware {
    /// Finds the source and checks that the compiler can build it for a processor.
    pub(super) fn locate(folder: Option<&Path>, processor: &str) -> anyhow::Result<Self> {
        let folder = folder.unwrap_or(Path::new(FOLDER));
        let manifest = folder.join("Cargo.toml");
        ensure!(
            manifest.is_file(),
            "{} is missing: name the folder firmware-example of the project's source with --firmware (`Options::firmware`); \
             it is in no package",
            manifest.display()
        );
        let processor = Processor::find(processor, folder)?;
        check_target(&processor.triple)?;
        let folder = fs::canonicalize(folder).with_context(|| folder.display().to_string())?;
        let target_dir = match env::var_os("CARGO_TARGET_DIR") {
            Some(shared) => env::current_dir()?.join(shared),
            None => folder.join("target"),
        };
        // As `firmware-example/on` does: one folder for each processor, since its flags are others.
        let target_dir = target_dir.join(&processor.name);
        Ok(Self { folder, processor, target_dir })
    }

    /// Builds a binary of the firmware with files baked in, each by the name of its variable, and puts it at `elf`.
    pub(super) fn build(&self, binary: &str, files: &[(&str, &Path)], elf: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(&self.target_dir).with_context(|| format!("creating {}", self.target_dir.display()))?;
        // Two runs would otherwise take each other's binary.
        let lock = self.target_dir.join("conform.lock");
        let lock = File::create(&lock).with_context(|| format!("creating {}", lock.display()))?;
        lock.lock().context("waiting for another run to build its firmware")?;

        let output = Command::new(cargo())
            .args(["build", "--release", "--locked", "--target", &self.processor.triple, "--bin", binary])
            .current_dir(&self.folder)
            .envs(files.iter().copied())
            .env("DIM_BOARD", &self.processor.board)
            .env("CARGO_TARGET_DIR", &self.target_dir)
            .env("RUSTFLAGS", format!("-C target-cpu={}", self.processor.cpu))
            // It would go before.
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .stdin(Stdio::null())
            .output()
            .context("starting cargo")?;
        if !output.status.success() {
            bail!("building the firmware in {} failed: {}", self.folder.display(), first_error(&output.stderr));
        }
        let built = self.target_dir.join(&self.processor.triple).join("release").join(binary);
        fs::copy(&built, elf).with_context(|| format!("copying {}", built.display()))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_source_names_the_option() {
        let error = Firmware::locate(Some(Path::new("/nowhere")), "cortex-m4").unwrap_err();
        let expected = "/nowhere/Cargo.toml is missing: name the folder firmware-example of the project's source with \
                        --firmware (`Options::firmware`); it is in no package";
        assert_eq!(error.to_string(), expected);
    }
}
