//! An emulated Pico, `firmware-example/boards/emulator`: rp2040js, which Node runs.

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, anyhow, ensure};
use tempfile::TempDir;

use super::build::Firmware;
use crate::device::{AnyDevice, Client, Device, Port};

/// In the folder of the boards.
const FOLDER: &str = "emulator";
/// The chip that it emulates, as the table names it.
const CHIP: &str = "RP2040";
/// The board whose line is USB; the other one's is a UART.
const OVER_USB: &str = "pico";

/// A board that runs until the value is dropped.
#[derive(Debug)]
pub struct Emulator {
    child: Child,
    port: u16,
    /// Of the firmware, which it has read.
    _folder: TempDir,
}

impl Emulator {
    /// Starts a firmware; `options` are those of `emulator/pico.mjs`.
    ///
    /// # Errors
    /// If the board is no Pico, or the emulator is not installed: the message says how.
    pub fn start(firmware: &Firmware, elf: &[u8], options: &[&str]) -> anyhow::Result<Self> {
        let map = firmware.map();
        ensure!(map.chip == CHIP, "there is no emulator of {}; only a Pico is emulated", map.name);
        let emulator = firmware.folder.join(FOLDER);
        ensure!(
            emulator.join("node_modules").is_dir(),
            "the emulator is not installed; run: npm ci --prefix {}",
            emulator.display()
        );
        let folder = tempfile::tempdir().context("creating a folder for the firmware")?;
        let file = folder.path().join("firmware.elf");
        fs::write(&file, elf).with_context(|| format!("writing {}", file.display()))?;
        let usb: &[&str] = if map.name == OVER_USB { &["--usb"] } else { &[] };
        let mut child = Command::new("node")
            .arg(emulator.join("pico.mjs"))
            .arg(&file)
            .args(usb)
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| match error.kind() {
                ErrorKind::NotFound => {
                    anyhow!("node is not installed; on Debian or Ubuntu run: apt-get install nodejs npm")
                }
                _ => anyhow!("node: {error}"),
            })?;
        let said = child.stdout.take().map(|stdout| BufReader::new(stdout).lines().next());
        let port = said.flatten().transpose()?.and_then(|line| line.strip_prefix("port ")?.parse().ok());
        let Some(port) = port else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(anyhow!("the emulator ended before it said its port"));
        };
        Ok(Self { child, port, _folder: folder })
    }

    /// Where it is reached.
    pub fn port(&self) -> Port {
        Port::Tcp(format!("127.0.0.1:{}", self.port))
    }

    /// Greets the device.
    ///
    /// # Errors
    /// If it does not answer.
    pub fn device(&self) -> anyhow::Result<AnyDevice> {
        // Of no meaning on TCP.
        const BAUD: u32 = 115_200;
        Device::greet(Client::new(self.port().open(BAUD)?)?).context("the emulated Pico")
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It serves for ever.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
