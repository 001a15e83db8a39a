//! The processors that the firmware runs on; the file that lists them is the firmware's.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

/// In the firmware's folder.
const FILE: &str = "processors";

/// A line of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Processor {
    /// Name on the command line.
    pub(super) name: String,
    /// Target triple of rustc.
    pub(super) triple: String,
    /// Processor of rustc.
    pub(super) cpu: String,
    /// Program of QEMU.
    pub(super) emulator: String,
    /// Package of Debian that has the program.
    pub(super) package: String,
    /// Machine of QEMU.
    pub(super) machine: String,
    /// Memory map of the firmware.
    pub(super) board: String,
}

impl Processor {
    /// Finds a processor by its name.
    pub(super) fn find(name: &str, firmware: &Path) -> anyhow::Result<Self> {
        let path = firmware.join(FILE);
        let file = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        Self::find_in(&file, name).with_context(|| path.display().to_string())
    }

    fn find_in(file: &str, name: &str) -> anyhow::Result<Self> {
        let mut lines = file.lines().map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        let line = lines.find(|line| line.first().is_some_and(|first| first == name));
        let line = line.with_context(|| format!("no line starts with {name}"))?;
        match <[String; 7]>::try_from(line) {
            Ok([name, triple, cpu, emulator, package, machine, board]) => {
                Ok(Self { name, triple, cpu, emulator, package, machine, board })
            }
            Err(line) => bail!("the line of {name} has {} of 7 words", line.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "firmware")]
    #[test]
    fn the_firmware_has_every_target_but_the_host() {
        use crate::conform::Target;

        let file = include_str!("../../../firmware-example/processors");
        let listed: Vec<_> = file.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(listed.len(), Target::DEVICES.len());
        for target in Target::DEVICES {
            assert_eq!(Processor::find_in(file, target.name()).unwrap().name, target.name());
        }
        let last = Processor::find_in(file, "riscv32").unwrap();
        assert_eq!([&*last.triple, &*last.cpu], ["riscv32imc-unknown-none-elf", "generic-rv32"]);
        assert_eq!([&*last.emulator, &*last.package], ["qemu-system-riscv32", "qemu-system-misc"]);
        assert_eq!([&*last.machine, &*last.board], ["virt", "virt"]);
    }

    #[test]
    fn a_missing_or_short_line_is_named() {
        let message = |name| Processor::find_in("# a b\nshort t c\n", name).unwrap_err().to_string();
        assert_eq!(message("a"), "no line starts with a");
        assert_eq!(message("short"), "the line of short has 3 of 7 words");
    }
}
