//! Runs the baked-in sample of drawn graphs and compares every tensor's digest with the oracle's.
//!
//! `tests/examples/sample_graphs.rs` writes the sample and specifies its bytes.
#![no_std]
#![no_main]

use crc::{CRC_32_ISO_HDLC, Crc};
use dim_firmware_example::parts::Parts;
use dim_firmware_example::{Exit, exit};
use dim_runtime::{Arena, Encoder, Model, TensorId};
use semihosting::println;
use static_cell::ConstStaticCell;

dim_runtime::include_model!(SAMPLE = concat!(env!("OUT_DIR"), "/data.bin"), section = ".external");
static ARENA: ConstStaticCell<Arena<65_536>> = ConstStaticCell::new(Arena::new());

const DIGEST: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

#[dim_firmware_example::entry]
fn main() -> ! {
    exit(match run(ARENA.take().as_mut_slice()) {
        Some((graphs, tensors, 0)) if graphs > 0 => {
            println!("passed: {tensors} tensors of {graphs} graphs");
            Exit::Passed
        }
        Some((graphs, tensors, different)) => {
            println!("failed: {different} of {tensors} tensors of {graphs} graphs differ");
            Exit::Failed
        }
        None => {
            println!("failed: the sample is damaged or needs more memory");
            Exit::Failed
        }
    })
}

/// Numbers of graphs, of tensors, and of tensors that differ.
fn run(arena: &mut [i8]) -> Option<(usize, u32, u32)> {
    let mut sample = Parts(SAMPLE);
    let [graphs] = sample.integers()?;
    let [mut tensors, mut different] = [0, 0];
    for graph in 0..graphs {
        let lengths = sample.integers::<3>()?;
        let [file, image, digests] = lengths.map(|length| sample.part(length));
        let [file, image, digests] = [file?, image?, digests?];
        let model = Model::parse(file).ok()?;
        // What lies in the arena beforehand must not matter.
        arena.fill(0x5a);
        let mut encoder = Encoder::new(&model, arena).ok()?;
        let digests = digests.as_chunks::<4>().0;
        let compare = |id: TensorId, values: &[i8]| {
            let digest = DIGEST.checksum(bytemuck::cast_slice(values));
            tensors += 1;
            if digests.get(usize::from(id.0)) != Some(&digest.to_le_bytes()) {
                println!("graph {graph}, tensor {}: {digest:08x}", id.0);
                different += 1;
            }
        };
        encoder.encode_observed(image, compare).ok()?;
    }
    Some((graphs, tensors, different))
}
