//! Writes every network of `dim_conformance::graphs` with images and what the oracle computes for them, as the
//! firmware bakes them in: `FOLDER/NAME.dim` and `FOLDER/NAME.cases.bin`, and the same in
//! plain layout as `NAME.plain`.
//!
//! ```sh
//! cargo run --release -p dim-conformance --example benchmark_graphs -- target/graphs
//! ```

use std::error::Error;
use std::path::PathBuf;

use dim_conformance::draw::Draw;
use dim_conformance::{graphs, oracle};
use dim_model_format::{FilterLayout, Model, TapKind};

const SEED: u64 = 0;
const IMAGES: u16 = 2;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("give the folder to write to")?);
    std::fs::create_dir_all(&folder)?;
    for (name, build) in graphs::ALL {
        for (layout, suffix) in [(FilterLayout::Paired, ""), (FilterLayout::Plain, ".plain")] {
            let file = build(SEED, layout);
            let model = Model::parse(&file)?;
            std::fs::write(folder.join(format!("{name}{suffix}.cases.bin")), cases(&model))?;
            std::fs::write(folder.join(format!("{name}{suffix}.dim")), &file)?;
            let [arena, scratch] = [model.arena_bytes(), model.scratch_bytes()];
            println!(
                "{name}{suffix}: {} MAC, {} bytes, arena {arena}, of it scratch {scratch}",
                model.macs(),
                file.len()
            );
        }
    }
    Ok(())
}

/// The format is specified in `firmware-example/src/cases.rs`.
fn cases(model: &Model<'_>) -> Vec<u8> {
    let mut draw = Draw(SEED);
    let mut records = Vec::new();
    let mut lengths = [0; 3];
    for _ in 0..IMAGES {
        let pixels: Vec<u8> = (0..model.input_shape().elements()).map(|_| draw.bits() as u8).collect();
        let tensors = oracle::run(model, &pixels);
        let tap = |kind| {
            let values = model.tap(kind).map(|id| &tensors[usize::from(id.0)].values);
            values.into_iter().flatten().map(|value| value.cast_unsigned()).collect::<Vec<u8>>()
        };
        let parts = [pixels.clone(), tap(TapKind::Embedding), tap(TapKind::FeatureMap)];
        lengths = parts.each_ref().map(Vec::len);
        records.extend(parts.concat());
    }
    let mut file = b"DIMCASES\x01\0".to_vec();
    file.extend(IMAGES.to_le_bytes());
    file.extend(lengths.iter().flat_map(|length| (*length as u32).to_le_bytes()));
    file.extend(model.identity().0);
    file.extend(records);
    file
}
