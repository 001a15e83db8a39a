//! Bakes the encoder and its cases into the firmware and hands the memory map to the linker.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

const MODEL: &str = "DIM_MODEL";
const CASES: &str = "DIM_CASES";
const DATA: &str = "DIM_DATA";
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
    println!("cargo::rustc-link-search={}", out.display());
    for argument in ["-Tlink.x", "-Tdefmt.x", "--nmagic"] {
        println!("cargo::rustc-link-arg-bins={argument}");
    }

    println!("cargo::rerun-if-env-changed={MODEL}");
    println!("cargo::rerun-if-env-changed={CASES}");
    let (model, cases) = match (env::var_os(MODEL), env::var_os(CASES)) {
        (Some(model), Some(cases)) => (PathBuf::from(model), PathBuf::from(cases)),
        (None, None) => (PathBuf::from("assets/encoder.dim"), PathBuf::from("assets/cases.bin")),
        _ => {
            return Err(format!("{MODEL} and {CASES} belong together: set both, or none for the ones in assets").into());
        }
    };
    copy(&model, &out.join("encoder.dim"))?;
    copy(&cases, &out.join("cases.bin"))?;

    println!("cargo::rerun-if-env-changed={DATA}");
    match env::var_os(DATA) {
        Some(data) => copy(Path::new(&data), &out.join("data.bin")),
        // No graphs: sample and bench fail, and tell so.
        None => Ok(fs::write(out.join("data.bin"), [0; 16])?),
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", from.display());
    fs::copy(from, to).map_err(|error| format!("{}: {error}", from.display()))?;
    Ok(())
}
