//! Builds the firmware of a board with an encoder.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};

use super::map::Map;
use crate::toolchain::{cargo, check_target, first_error};

/// Beside the source that this program was built from, unless that came as a package.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../firmware-example");
/// In it.
const BOARDS: &str = "boards";
const MODEL: &str = "DIM_MODEL";

/// The source of a board's firmware.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firmware {
    /// The folder of all boards.
    pub(super) folder: PathBuf,
    map: Map,
}

impl Firmware {
    /// Finds a board in the folder `firmware-example` of the project's source; `None` is the one beside this crate's.
    ///
    /// # Errors
    /// If the source is not there, or there is no such board.
    pub fn locate(folder: Option<&Path>, board: &str) -> anyhow::Result<Self> {
        let folder = folder.unwrap_or(Path::new(FOLDER)).join(BOARDS);
        ensure!(
            folder.join("Cargo.toml").is_file(),
            "{} is missing: name the folder firmware-example of the project's source with --firmware; it is in no package",
            folder.display()
        );
        let folder = fs::canonicalize(&folder).with_context(|| folder.display().to_string())?;
        let map = Map::find(board, &folder)?;
        Ok(Self { folder, map })
    }

    /// Its line in the table.
    pub const fn map(&self) -> &Map {
        &self.map
    }

    /// The folder of its package.
    pub(super) fn package_folder(&self) -> PathBuf {
        self.folder.join(&self.map.package)
    }

    /// Builds it with an encoder, and gives the bytes of the ELF file.
    ///
    /// # Errors
    /// If the compiler or the target is missing, or firmware and encoder do not fit into the firmware's part of the flash.
    pub fn build(&self, encoder: &[u8]) -> anyhow::Result<Vec<u8>> {
        check_target(&self.map.triple)?;
        let target_dir = match env::var_os("CARGO_TARGET_DIR") {
            Some(shared) => env::current_dir()?.join(shared),
            None => self.folder.join("target"),
        };
        // As `firmware-example/boards/on` does.
        let target_dir = target_dir.join(BOARDS);
        fs::create_dir_all(&target_dir).with_context(|| format!("creating {}", target_dir.display()))?;
        // Two runs would otherwise take each other's binary.
        let lock = target_dir.join("flash.lock");
        let lock = File::create(&lock).with_context(|| format!("creating {}", lock.display()))?;
        lock.lock().context("waiting for another run to build its firmware")?;
        // The same path for every encoder, written only where it is another one, so that nothing is built in vain.
        let model = target_dir.join("encoder.dim");
        if fs::read(&model).ok().as_deref() != Some(encoder) {
            fs::write(&model, encoder).with_context(|| format!("writing {}", model.display()))?;
        }

        let output = Command::new(cargo())
            .args(["build", "--release", "--locked", "--target", &self.map.triple, "--bin", &self.map.name])
            .current_dir(self.package_folder())
            .env(MODEL, &model)
            .env("CARGO_TARGET_DIR", &target_dir)
            .env("RUSTFLAGS", format!("-C target-cpu={}", self.map.cpu))
            // It would go before.
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .stdin(Stdio::null())
            .output()
            .context("starting cargo")?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            if let Some(bytes) = overflow(&said) {
                bail!(
                    "firmware and encoder need {bytes} bytes more than the {} of {}; train a smaller one",
                    self.map.firmware,
                    self.map.name
                );
            }
            bail!("building the firmware in {} failed: {}", self.folder.display(), first_error(&output.stderr));
        }
        let built = target_dir.join(&self.map.triple).join("release").join(&self.map.name);
        fs::read(&built).with_context(|| format!("reading {}", built.display()))
    }
}

/// The most bytes by which the linker says that a part of the flash is too small.
fn overflow(said: &str) -> Option<u64> {
    let lines = said.lines().filter(|line| line.contains("will not fit in region 'FLASH'"));
    let bytes = lines.filter_map(|line| line.rsplit_once("overflowed by ")?.1.split(' ').next()?.parse().ok());
    bytes.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_linkers_overflow_is_read() {
        let said = "rust-lld: error: section '.text' will not fit in region 'FLASH': overflowed by 4 bytes\n\
                    rust-lld: error: section '.rodata' will not fit in region 'FLASH': overflowed by 70123 bytes\n";
        assert_eq!(overflow(said), Some(70_123));
        assert_eq!(overflow("error: no such thing"), None);
    }

    #[test]
    fn a_missing_source_names_the_option() {
        let error = Firmware::locate(Some(Path::new("/nowhere")), "pico").unwrap_err();
        assert!(error.to_string().starts_with("/nowhere/boards is missing: name the folder"), "{error}");
    }
}
