//! Writes drawn graphs with an image each and the digests of what the oracle computes for every tensor; the firmware
//! runs them all and compares (`firmware-example/src/bin/sample.rs`).
//!
//! ```sh
//! cargo run --release -p dim-conformance --example sample_graphs -- target/sample.bin
//! ```
//!
//! Integers are little-endian:
//!
//! | bytes | field |
//! |---|---|
//! | 4 | graphs |
//! | 12 | zero |
//! | any | each graph |
//!
//! and of a graph, each part from a multiple of 16 on:
//!
//! | bytes | field |
//! |---|---|
//! | 4, 4, 4 | bytes of the `.dim` file, of the image, of the digests |
//! | any | the file |
//! | any | the image |
//! | 4 * tensors | CRC-32 of each tensor |

use std::error::Error;

use dim_conformance::draw::{Draw, elements};
use dim_conformance::graphs::{chain, network, tiles};
use dim_conformance::oracle;
use dim_model_format::{FilterLayout, Model, Shape};

/// Networks with factors that fit, on which the quickest kernels run.
const NETWORKS: u64 = 96;
/// Networks of convolutions by tiles, of either layout.
const TILES: u64 = 32;
/// Chains with any legal factor.
const CHAINS: u64 = 64;
/// Nodes of a chain.
const NODES: usize = 8;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("give the file to write")?;
    let mut graphs = Vec::new();
    for seed in 0..NETWORKS {
        let mut draw = Draw(seed);
        graphs.push((network(seed, draw.layout()), draw));
    }
    for seed in 0..TILES {
        for layout in [FilterLayout::Paired, FilterLayout::Int4] {
            graphs.push((tiles(seed, layout), Draw(seed)));
        }
    }
    for seed in 0..CHAINS {
        let mut draw = Draw(seed);
        let [height, width, channels] = [12, 12, 6].map(|most| draw.within(1, most) as u16);
        graphs.push((chain(Shape::new(height, width, channels), NODES, &mut draw), draw));
    }
    let mut sample = u32::try_from(graphs.len())?.to_le_bytes().to_vec();
    for (file, mut draw) in graphs {
        let model = Model::parse(&file)?;
        let image = draw.bytes(elements(model.input_shape()));
        let digests: Vec<u8> = oracle::run(&model, &image)
            .iter()
            .flat_map(|tensor| crc32(tensor.values.iter().map(|value| value.cast_unsigned())).to_le_bytes())
            .collect();
        align(&mut sample);
        for part in [&file, &image, &digests] {
            sample.extend(u32::try_from(part.len())?.to_le_bytes());
        }
        for part in [&file, &image, &digests] {
            align(&mut sample);
            sample.extend(part);
        }
    }
    align(&mut sample);
    std::fs::write(path, sample)?;
    Ok(())
}

fn align(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len().next_multiple_of(16), 0);
}

/// CRC-32/ISO-HDLC, bit by bit.
fn crc32(bytes: impl Iterator<Item = u8>) -> u32 {
    !bytes.fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}
