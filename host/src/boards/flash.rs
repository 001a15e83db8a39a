//! Brings a firmware onto a board: a Pico in boot mode is a drive that takes a UF2 file; an ESP32 has a bootloader that espflash
//! speaks with; for others, and a Pico with a debug probe, there is probe-rs.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};

use super::build::Firmware;
use super::elf::loaded;
use super::hex::write_hex;
use super::map::Map;
use super::uf2::{Family, write_uf2};

/// On the drive of a chip in boot mode, and what it says of the chips.
const INFO: &str = "INFO_UF2.TXT";
const BOARD_ID: [(Family, &str); 2] = [(Family::Rp2040, "RPI-RP2"), (Family::Rp2350Arm, "RP2350")];
const MOUNTS: &str = "/proc/mounts";
const NO_ELF: &str = "the firmware is no ELF file of 32 bits";

/// How a firmware came onto a board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flashed {
    /// As a file on this drive.
    Drive(PathBuf),
    /// By probe-rs.
    Probe,
    /// By espflash.
    Bootloader,
}

/// The UF2 file of a firmware.
///
/// # Errors
/// If the board takes none, or the firmware is no ELF file.
pub fn uf2_image(map: &Map, elf: &[u8]) -> anyhow::Result<Vec<u8>> {
    let family = Family::of(&map.chip).with_context(|| format!("{} takes no UF2; write an .elf file", map.name))?;
    let parts = loaded(elf).context(NO_ELF)?;
    write_uf2(&parts, family).context("parts of the firmware overlap")
}

/// The Intel HEX file of a firmware.
///
/// # Errors
/// If the board takes none, or the firmware is no ELF file.
pub fn hex_image(map: &Map, elf: &[u8]) -> anyhow::Result<String> {
    ensure!(!is_esp(map), "{} takes no HEX: its bootloader wants an image of its own; write an .elf file", map.name);
    Ok(write_hex(&loaded(elf).context(NO_ELF)?))
}

/// Flashes a firmware, its ELF file, and starts it.
///
/// # Errors
/// If there is no board in boot mode and no tool that flashes it, or that fails.
pub fn flash(firmware: &Firmware, elf: &[u8]) -> anyhow::Result<Flashed> {
    let map = firmware.map();
    if let Some(family) = Family::of(&map.chip) {
        let mounts = fs::read_to_string(MOUNTS).unwrap_or_default();
        if let Some(drive) = drive(&mounts, family) {
            let file = drive.join("firmware.uf2");
            fs::write(&file, uf2_image(map, elf)?).with_context(|| format!("writing {}", file.display()))?;
            return Ok(Flashed::Drive(drive));
        }
    }
    let folder = tempfile::tempdir().context("creating a folder for the firmware")?;
    let file = folder.path().join("firmware.elf");
    fs::write(&file, elf).with_context(|| format!("writing {}", file.display()))?;
    if is_esp(map) {
        let partitions = firmware.package_folder().join("partitions.csv");
        let mut espflash = Command::new("espflash");
        espflash.args(["flash", "--chip", &map.chip, "--partition-table"]).arg(partitions).arg(file);
        run(espflash, "espflash", "espflash", "")?;
        return Ok(Flashed::Bootloader);
    }
    let boot = match Family::of(&map.chip) {
        Some(_) => "no board in boot mode is mounted (hold BOOTSEL while you plug it in), and ",
        None => "",
    };
    for (action, file) in [("download", Some(&file)), ("reset", None)] {
        let mut probe = Command::new("probe-rs");
        probe.args([action, "--chip", &map.chip]).args(file);
        run(probe, "probe-rs", "probe-rs-tools", boot)?;
    }
    Ok(Flashed::Probe)
}

/// Whether the chip is one of Espressif's.
fn is_esp(map: &Map) -> bool {
    map.chip.starts_with("esp32")
}

/// Runs a tool of this name, whose messages the user sees; a package has it, and `why` says why it is needed.
fn run(mut command: Command, name: &str, package: &str, why: &str) -> anyhow::Result<()> {
    match command.stdin(Stdio::null()).status() {
        Ok(status) => {
            ensure!(status.success(), "{name} failed; is the board connected, and switched on?");
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!("{why}{name} is not installed; run: cargo install --locked {package}, or write a file with -o")
        }
        Err(error) => Err(error).with_context(|| name.to_owned()),
    }
}

/// The drive of a chip in boot mode among what is mounted.
fn drive(mounts: &str, family: Family) -> Option<PathBuf> {
    let (_, id) = BOARD_ID.into_iter().find(|(of, _)| *of == family)?;
    // A space is `\040` there.
    let folders = mounts.lines().filter_map(|line| line.split(' ').nth(1)).map(|at| at.replace("\\040", " "));
    folders.map(PathBuf::from).find(|folder| {
        fs::read_to_string(folder.join(INFO)).is_ok_and(|info| {
            info.lines().any(|line| line.strip_prefix("Board-ID:").is_some_and(|of| of.trim().starts_with(id)))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::elf::tests::elf;
    use super::*;

    fn map(chip: &str) -> Map {
        Map::read(&format!("board p t c {chip} 0x10000000 1 1 1 1 1 1 1 1")).unwrap().remove(0)
    }

    #[test]
    fn an_elf_file_becomes_uf2_for_chips_that_take_it() {
        let file = uf2_image(&map("RP2040"), &elf(0x1000_0000, b"boot")).unwrap();
        assert_eq!((file.len(), &file[32..37]), (512, &b"boot\0"[..]));
        let error = uf2_image(&map("nRF52840_xxAA"), &elf(0, b"boot")).unwrap_err();
        assert_eq!(error.to_string(), "board takes no UF2; write an .elf file");
        assert_eq!(hex_image(&map("nRF52840_xxAA"), &elf(0x10, b"b")).unwrap(), ":01001000628D\n:00000001FF\n");
        assert!(hex_image(&map("esp32c3"), &elf(0, b"boot")).unwrap_err().to_string().contains(".elf"));
        assert!(uf2_image(&map("RP2040"), b"no").unwrap_err().to_string().contains("no ELF file"));
    }

    #[test]
    fn the_drive_of_the_right_chip_is_found() {
        let folder = tempfile::tempdir().unwrap();
        for (name, id) in [("a pico", "RPI-RP2"), ("pico2", "RP2350"), ("stick", "OTHER")] {
            fs::create_dir(folder.path().join(name)).unwrap();
            let info = format!("UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: {id}\r\n");
            fs::write(folder.path().join(name).join(INFO), info).unwrap();
        }
        let at = folder.path().display();
        let mounts = format!(
            "proc /proc proc rw 0 0\n/dev/c {at}/stick vfat rw 0 0\n/dev/b {at}/pico2 vfat rw 0 0\n/dev/a {at}/a\\040pico vfat rw 0 0\n"
        );
        assert_eq!(drive(&mounts, Family::Rp2040), Some(folder.path().join("a pico")));
        assert_eq!(drive(&mounts, Family::Rp2350Arm), Some(folder.path().join("pico2")));
        assert_eq!(drive("proc /proc proc rw 0 0\n", Family::Rp2040), None);
    }
}
