//! Builds the static library.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};
use dim_model_format::Model;

use super::archive::keep;
use super::files::{Package, files};
use super::target::Target;
use crate::toolchain::{cargo, check_target, first_error};

/// Beside the source that this program was built from, unless that came as a package.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../capi");
/// What rustc calls the library, and what its own object starts with.
const ARCHIVE: &str = "libdim_capi.a";
const OBJECT: &str = "dim_capi";

/// The source of the C interface, and a processor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CLibrary {
    folder: PathBuf,
    target: Target,
}

impl CLibrary {
    /// Finds the folder `capi` of the project's source, `None` is the one beside this crate's, and a processor of its table.
    ///
    /// # Errors
    /// If the source is not there, or there is no such processor: the message names those that there are.
    pub fn locate(folder: Option<&Path>, target: &str) -> anyhow::Result<Self> {
        let folder = folder.unwrap_or(Path::new(FOLDER));
        ensure!(
            folder.join("Cargo.toml").is_file() && folder.join("package").is_dir(),
            "{} is not there: the library is built from the project's source; name its folder capi with --capi",
            folder.display()
        );
        let folder = fs::canonicalize(folder).with_context(|| folder.display().to_string())?;
        let target = Target::find(target, &folder)?;
        Ok(Self { folder, target })
    }

    /// Builds the library, and gives all files of the folder that is exported: each by its path in it.
    ///
    /// # Errors
    /// If cargo, rustc or the target is missing, or the build fails.
    pub fn export(&self, model: &Model<'_>, file: &[u8]) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
        let archive = self.archive()?;
        files(&Package { folder: &self.folder, target: &self.target, model, file, archive: &archive })
    }

    /// The library, of one object: what it calls of other libraries, every C compiler brings.
    fn archive(&self) -> anyhow::Result<Vec<u8>> {
        let triple = match &self.target.triple {
            Some(triple) => triple.clone(),
            None => host()?,
        };
        check_target(&triple)?;
        let target_dir = match env::var_os("CARGO_TARGET_DIR") {
            Some(shared) => env::current_dir()?.join(shared),
            None => self.folder.join("../target"),
        };
        let target_dir = target_dir.join("c-library").join(&self.target.name);
        fs::create_dir_all(&target_dir).with_context(|| format!("creating {}", target_dir.display()))?;
        // Two runs would otherwise take each other's library.
        let lock = target_dir.join("export.lock");
        let lock = File::create(&lock).with_context(|| format!("creating {}", lock.display()))?;
        lock.lock().context("waiting for another run to build its library")?;

        let flags = self.target.cpu.as_ref().map(|cpu| format!("-C target-cpu={cpu}")).unwrap_or_default();
        let output = Command::new(cargo())
            .args(["rustc", "--locked", "--profile", "c-library", "--crate-type", "staticlib", "--lib"])
            .args(["--features", "archive", "--target", &triple])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &target_dir)
            .env("RUSTFLAGS", flags)
            // It would go before.
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .stdin(Stdio::null())
            .output()
            .context("starting cargo; the library is built by Rust from https://rustup.rs")?;
        if !output.status.success() {
            bail!("building the library in {} failed: {}", self.folder.display(), first_error(&output.stderr));
        }
        let built = target_dir.join(triple).join("c-library").join(ARCHIVE);
        let archive = fs::read(&built).with_context(|| format!("reading {}", built.display()))?;
        keep(&archive, OBJECT).with_context(|| format!("{} is no archive as GNU's tools write it", built.display()))
    }
}

/// Target triple of this machine.
fn host() -> anyhow::Result<String> {
    let output = Command::new("rustc").args(["--print", "host-tuple"]).stdin(Stdio::null()).output();
    let output = output.context("starting rustc; the library is built by Rust from https://rustup.rs")?;
    ensure!(output.status.success(), "`rustc --print host-tuple` failed");
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_source_names_the_option() {
        let error = CLibrary::locate(Some(Path::new("/nowhere")), "cortex-m4").unwrap_err();
        assert_eq!(
            error.to_string(),
            "/nowhere is not there: the library is built from the project's source; name its folder capi with --capi"
        );
    }
}
