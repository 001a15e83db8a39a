//! The build script of every board: hands the memory map to the linker and to the program, and bakes the encoder in.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Variable that names the encoder.
const MODEL: &str = "DIM_MODEL";
/// The one that is taken without it, and the table of memory maps, beside the board's folder.
const DEFAULT_MODEL: &str = "../../assets/encoder.dim";
const MAPS: &str = "../maps";

/// What the table says of a board; sizes in KiB.
struct Map {
    flash_start: String,
    firmware: u32,
    slot: u32,
    store: u32,
    arena: u32,
    image: u32,
}

/// Reads the line of `board`, writes `encoder.dim` and `map.rs` for `dim_board::map!`, and links with these scripts and the
/// `memory.x` of the board's folder.
///
/// # Errors
/// If a file cannot be read, or the table has no such board.
pub fn run(board: &str, scripts: &[&str]) -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-env-changed={MODEL}");
    let model = env::var_os(MODEL).map_or_else(|| PathBuf::from(DEFAULT_MODEL), PathBuf::from);
    copy(&model, &out.join("encoder.dim"))?;
    copy(Path::new("memory.x"), &out.join("memory.x"))?;
    println!("cargo::rerun-if-changed={MAPS}");
    let table = fs::read_to_string(MAPS).map_err(|error| format!("{MAPS}: {error}"))?;
    let map = find(&table, board).ok_or_else(|| format!("{MAPS} has no whole line of {board}"))?;
    fs::write(out.join("map.rs"), map.rust())?;
    println!("cargo::rustc-link-search={}", out.display());
    println!("cargo::rustc-link-arg-bins=--nmagic");
    for script in scripts {
        println!("cargo::rustc-link-arg-bins=-T{script}");
    }
    Ok(())
}

fn find(table: &str, board: &str) -> Option<Map> {
    let words = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let line = words.into_iter().find(|words| words.first() == Some(&board))?;
    let &[_, _, _, _, _, flash_start, firmware, slot, store, arena, image] = line.as_slice() else { return None };
    let [firmware, slot, store, arena, image] = [firmware, slot, store, arena, image].map(|size| size.parse().ok());
    Some(Map {
        flash_start: flash_start.to_owned(),
        firmware: firmware?,
        slot: slot?,
        store: store?,
        arena: arena?,
        image: image?,
    })
}

impl Map {
    /// A constant `MAP`, a `dim_board::Map`.
    fn rust(&self) -> String {
        let Self { flash_start, firmware, slot, store, arena, image } = self;
        let ends = [*firmware, firmware + slot, firmware + 2 * slot, firmware + 2 * slot + store];
        let [a, b, c, d] = ends.map(|end| end << 10);
        format!(
            "const MAP: dim_board::Map<{}> = dim_board::Map {{ flash_start: {flash_start}, slots: [{a}..{b}, {b}..{c}], \
             store: {c}..{d}, arena: {}, image: {} }};",
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
