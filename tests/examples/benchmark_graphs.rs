//! Writes every network of `dim_conformance::graphs` with images and what the oracle computes for them, as the
//! firmware's `bench` takes them: `FOLDER/NAME.bin`, in plain layout `FOLDER/NAME.plain.bin`, and with weights of four
//! bits `FOLDER/NAME.int4.bin`; the networks themselves as `.dim`, and all in the faster layout in one file,
//! `FOLDER/networks.bin`. The large ones are written as `.dim` only.
//!
//! ```sh
//! cargo run --release -p dim-conformance --example benchmark_graphs -- target/graphs
//! ```

use std::error::Error;
use std::path::PathBuf;

use dim_conformance::benchmark;
use dim_conformance::graphs;
use dim_model_format::{FilterLayout, Model};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("give the folder to write to")?);
    std::fs::create_dir_all(&folder)?;
    for (name, build) in graphs::ALL {
        for (layout, suffix) in
            [(FilterLayout::Paired, ""), (FilterLayout::Plain, ".plain"), (FilterLayout::Int4, ".int4")]
        {
            let file = build(benchmark::SEED, layout);
            std::fs::write(folder.join(format!("{name}{suffix}.bin")), benchmark::file(std::slice::from_ref(&file))?)?;
            std::fs::write(folder.join(format!("{name}{suffix}.dim")), &file)?;
            let model = Model::parse(&file)?;
            let [arena, scratch] = [model.arena_bytes(), model.scratch_bytes()];
            println!(
                "{name}{suffix}: {} MAC, {} bytes, arena {arena}, of it scratch {scratch}",
                model.macs(),
                file.len()
            );
        }
    }
    for (name, build) in graphs::LARGE {
        std::fs::write(folder.join(format!("{name}.dim")), build(benchmark::SEED, FilterLayout::Paired))?;
    }
    std::fs::write(folder.join("networks.bin"), benchmark::file(&benchmark::networks())?)?;
    Ok(())
}
