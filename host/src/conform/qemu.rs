//! Runs a firmware in QEMU.

use std::ffi::OsStr;
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail, ensure};

use super::processor::Processor;

/// Where the firmware writes what it computed, in the folder of the run.
pub(super) const RESULTS: &str = "results.bin";
const MESSAGES: &str = "qemu.txt";
/// What the firmware printed, in the folder of the run.
pub(super) const OUTPUT: &str = "output.txt";
const POLL: Duration = Duration::from_millis(5);

/// Finds out whether QEMU is there, before time is spent on a build.
pub(super) fn check(program: &OsStr, processor: &Processor) -> anyhow::Result<()> {
    let version = Command::new(program).arg("--version").stdin(Stdio::null()).output();
    let output = version.map_err(|error| not_started(program, processor, &error))?;
    ensure!(output.status.success(), "`{} --version` failed", program.display());
    Ok(())
}

/// Runs `elf` to its end in `folder` and gives the exit status of the firmware.
///
/// One instruction takes one nanosecond of the machine's time (`-icount shift=0`), which makes the counts exact and
/// repeatable. The standard input is closed, since QEMU would take the terminal's.
pub(super) fn run(
    program: &OsStr,
    processor: &Processor,
    elf: &Path,
    folder: &Path,
    timeout: Duration,
) -> anyhow::Result<i32> {
    let [messages, output] = [MESSAGES, OUTPUT].map(|name| folder.join(name));
    let mut child = Command::new(program)
        .args(["-machine", &processor.machine, "-bios", "none"])
        .args(["-nographic", "-monitor", "none", "-serial", "none"])
        .args(["-icount", "shift=0"])
        .arg("-semihosting-config")
        .arg(format!("enable=on,target=native,arg=firmware,arg={RESULTS}"))
        .arg("-kernel")
        .arg(elf)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(File::create(&output).with_context(|| format!("writing {}", output.display()))?)
        .stderr(File::create(&messages).with_context(|| format!("writing {}", messages.display()))?)
        .spawn()
        .map_err(|error| not_started(program, processor, &error))?;

    let deadline = Instant::now() + timeout;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            bail!("the firmware did not end within {} s in QEMU", timeout.as_secs());
        }
        thread::sleep(POLL);
    };
    status.code().with_context(|| {
        let said = std::fs::read_to_string(&messages).unwrap_or_default();
        format!("QEMU was ended by a signal; its last words: {:?}", said.lines().last().unwrap_or(""))
    })
}

fn not_started(program: &OsStr, processor: &Processor, error: &std::io::Error) -> anyhow::Error {
    match error.kind() {
        ErrorKind::NotFound => {
            let [program, package] = [&program.display().to_string(), &processor.package];
            anyhow!("{program} is not installed; on Debian or Ubuntu run: apt-get install {package}")
        }
        _ => anyhow!("{}: {error}", program.display()),
    }
}
