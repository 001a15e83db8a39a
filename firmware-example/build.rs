//! Bakes the encoder and its cases into the firmware and hands the memory map to the linker.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

const MODEL: &str = "DIM_MODEL";
const CASES: &str = "DIM_CASES";
const DATA: &str = "DIM_DATA";
const PROTOTYPES: &str = "DIM_PROTOTYPES";
const TRUSTED_KEY: &str = "DIM_TRUSTED_KEY";
const BOARD: &str = "DIM_BOARD";

/// Memory map of each board, and the clock of its SysTick in Hz, if it has one.
const BOARDS: [(&str, &str, u32); 5] = [
    ("mps2-an386", "boards/mps2-an386.x", 25_000_000),
    ("mps2-an500", "boards/mps2-an500.x", 25_000_000),
    ("mps2-an505", "boards/mps2-an505.x", 20_000_000),
    ("mps3-an547", "boards/mps3-an547.x", 32_000_000),
    ("virt", "boards/virt.x", 0),
];

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-env-changed={BOARD}");
    let board = env::var(BOARD).unwrap_or(BOARDS[0].0.into());
    let Some((_, memory, clock)) = BOARDS.iter().find(|(name, ..)| *name == board) else {
        return Err(format!("{BOARD}={board} is none of {:?}", BOARDS.map(|(name, ..)| name)).into());
    };
    copy(Path::new(memory), &out.join("memory.x"))?;
    println!("cargo::rustc-env=DIM_CLOCK_HZ={clock}");
    println!("cargo::rustc-env={BOARD}={board}");
    // Armv6-M and the baseline of Armv8-M have no cycle counter.
    println!("cargo::rustc-check-cfg=cfg(dim_cycle_counter)");
    let target = env::var("TARGET")?;
    if ["thumbv7", "thumbv8m.main"].iter().any(|architecture| target.starts_with(architecture)) {
        println!("cargo::rustc-cfg=dim_cycle_counter");
    }
    println!("cargo::rustc-link-search={}", out.display());
    for argument in ["-Tlink.x", "-Tdefmt.x", "--nmagic"] {
        println!("cargo::rustc-link-arg-bins={argument}");
    }

    println!("cargo::rerun-if-env-changed={MODEL}");
    println!("cargo::rerun-if-env-changed={CASES}");
    let (model, cases) = match (env::var_os(MODEL), env::var_os(CASES)) {
        (Some(model), cases) => (PathBuf::from(model), cases.map(PathBuf::from)),
        (None, None) => (PathBuf::from("../encoders/edge28-s.dim"), Some(PathBuf::from("assets/cases.bin"))),
        (None, Some(_)) => return Err(format!("{CASES} are of an encoder: name it by {MODEL}").into()),
    };
    copy(&model, &out.join("encoder.dim"))?;
    copy_or_nothing(cases, &out.join("cases.bin"))?;
    for (variable, name) in [(DATA, "data.bin"), (PROTOTYPES, "prototypes.bin")] {
        println!("cargo::rerun-if-env-changed={variable}");
        copy_or_nothing(env::var_os(variable).map(PathBuf::from), &out.join(name))?;
    }
    println!("cargo::rerun-if-env-changed={TRUSTED_KEY}");
    // Without a key nobody is trusted: no signature is of these 32 zeros.
    let key = env::var(TRUSTED_KEY).map_or(Some([0; 32]), |digits| key(&digits));
    let key = key.ok_or(format!("{TRUSTED_KEY} is not 64 hexadecimal digits, as `dim keygen` prints them"))?;
    fs::write(out.join("trusted_key.bin"), key)?;
    Ok(())
}

/// The 32 bytes of an Ed25519 public key.
fn key(digits: &str) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    for (index, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    (digits.len() == 64).then_some(key)
}

/// Without cases, graphs or classes the binaries that need them fail, and tell so.
fn copy_or_nothing(from: Option<PathBuf>, to: &Path) -> Result<(), Box<dyn Error>> {
    match from {
        Some(from) => copy(&from, to),
        None => Ok(fs::write(to, [0; 16])?),
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", from.display());
    fs::copy(from, to).map_err(|error| format!("{}: {error}", from.display()))?;
    Ok(())
}
