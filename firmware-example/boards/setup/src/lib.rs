//! The build script of every board: hands the memory map to the linker and to the program, and bakes the encoder in.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Variable that names the encoder.
const MODEL: &str = "DIM_MODEL";
/// The one that is taken without it, and the table of memory maps, beside the board's folder.
const DEFAULT_MODEL: &str = "../../../encoders/edge28-s.dim";
const MAPS: &str = "../maps";

/// What the table says of a board; sizes in KiB.
struct Map {
    flash_start: String,
    firmware: u32,
    slot: u32,
    store: u32,
    /// Where the store lies, if not behind the slots.
    store_at: Option<u32>,
    arena: u32,
    image: u32,
    /// Units, classes, and codes of a local feature map.
    heads: [u32; 3],
}

/// Reads the line of `board`, writes `encoder.dim` and `map.rs` for `dim_board::map!`, and links with these scripts and, if there
/// is one, the `memory.x` of the board's folder.
///
/// # Errors
/// If a file cannot be read, or the table has no such board.
pub fn run(board: &str, scripts: &[&str]) -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-env-changed={MODEL}");
    let model = env::var_os(MODEL).map_or_else(|| PathBuf::from(DEFAULT_MODEL), PathBuf::from);
    copy(&model, &out.join("encoder.dim"))?;
    let memory = Path::new("memory.x");
    if memory.exists() {
        copy(memory, &out.join(memory))?;
        println!("cargo::rustc-link-search={}", out.display());
    }
    println!("cargo::rerun-if-changed={MAPS}");
    let table = fs::read_to_string(MAPS).map_err(|error| format!("{MAPS}: {error}"))?;
    let map = find(&table, board).ok_or_else(|| format!("{MAPS} has no whole line of {board}"))?;
    fs::write(out.join("map.rs"), map.rust())?;
    println!("cargo::rustc-link-arg-bins=--nmagic");
    for script in scripts {
        println!("cargo::rustc-link-arg-bins=-T{script}");
    }
    Ok(())
}

fn find(table: &str, board: &str) -> Option<Map> {
    let mut lines = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let line = lines.find(|words| words.first() == Some(&board))?;
    let &[_, _, _, _, _, flash_start, firmware, slot, store, ref memory @ ..] = line.as_slice() else { return None };
    let (store, store_at) = store.split_once('@').map_or((store, None), |(store, at)| (store, Some(at)));
    let memory: Vec<u32> = memory.iter().map(|size| size.parse().ok()).collect::<Option<_>>()?;
    let &[arena, image, units, classes, values] = memory.as_slice() else { return None };
    Some(Map {
        flash_start: flash_start.to_owned(),
        firmware: firmware.parse().ok()?,
        slot: slot.parse().ok()?,
        store: store.parse().ok()?,
        store_at: store_at.map(str::parse).transpose().ok()?,
        arena,
        image,
        heads: [units, classes, values],
    })
}

impl Map {
    /// A constant `MAP`, a `dim_board::Map`.
    fn rust(&self) -> String {
        let Self { flash_start, firmware, slot, store, store_at, arena, image, heads: [units, classes, values] } = self;
        let slots = [*firmware, firmware + slot, firmware + 2 * slot];
        let store_at = store_at.unwrap_or(slots[2]);
        let [a, b, c, d, e] = [slots[0], slots[1], slots[2], store_at, store_at + store].map(|end| end << 10);
        format!(
            "const MAP: dim_board::Map<{}, {units}, {classes}, {values}, {{ dim_board::record::<{units}, {classes}>() }}> = \
             dim_board::Map {{ flash_start: {flash_start}, slots: [{a}..{b}, {b}..{c}], store: {d}..{e}, \
             arena: {}, image: {} }};",
            store << 10,
            arena << 10,
            image << 10,
        )
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", from.display());
    fs::copy(from, to).map_err(|error| format!("{}: {error}", from.display()))?;
    Ok(())
}
