//! Counts what every operator of the baked-in networks costs, and prints a line for each.
//!
//! ```text
//! network resnet8
//! tensor 3 conv2d 2359296 7031240 89abcdef
//! ```
//!
//! is operator 2 of the network, which writes tensor 3, with the MAC and the instructions of one image, and the CRC-32 of its output
//! for the first image, by which two processors can be compared. The counts are the mean over
//! a few runs, since a tick of the counter is several instructions. Every run is compared with the expected outputs.
//!
//! `tests/examples/benchmark_graphs.rs` writes the networks and specifies their bytes.
#![no_std]
#![no_main]

use core::hint::black_box;

use crc::{CRC_32_ISO_HDLC, Crc};
use dim_firmware_example::cases::Cases;
use dim_firmware_example::counter::{Counter, UNIT};
use dim_firmware_example::parts::Parts;
use dim_firmware_example::{Exit, exit, stack};
use dim_runtime::{Arena, Encoder, Model, TensorId};
use semihosting::println;
use static_cell::ConstStaticCell;

dim_runtime::include_model!(NETWORKS = concat!(env!("OUT_DIR"), "/data.bin"), section = ".external");
static ARENA: ConstStaticCell<Arena<{ 256 << 10 }>> = ConstStaticCell::new(Arena::new());

/// The same digest as of `crc32` in zlib and Python.
const DIGEST: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);
/// Runs that a count is the mean of.
const RUNS: u64 = 4;
/// Tensors that a file can have.
const TENSORS: usize = 256;

#[dim_firmware_example::entry]
fn main() -> ! {
    exit(match bench() {
        Ok(true) => Exit::Passed,
        Ok(false) => {
            println!("failed: an output differs from the expected one");
            Exit::Failed
        }
        Err(reason) => {
            println!("failed: {reason}");
            Exit::Failed
        }
    })
}

/// Whether every output was as expected.
fn bench() -> Result<bool, &'static str> {
    let counter = Counter::start().ok_or("started twice")?;
    let arena = ARENA.take().as_mut_slice();
    // What the compiler cannot see changes nothing in the code that is counted.
    let mut parts = Parts(black_box(NETWORKS));
    let [networks] = parts.integers().filter(|[networks]| *networks > 0).ok_or("there is no network")?;
    let mut passed = true;
    for _ in 0..networks {
        let [file, cases] = parts.integers().ok_or("the networks are cut short")?.map(|length| parts.part(length));
        let [file, cases] = [file, cases].map(|part| part.ok_or("the networks are cut short"));
        passed &= bench_network(&counter, file?, cases?, arena)?;
    }
    Ok(passed)
}

fn bench_network(counter: &Counter, file: &[u8], cases: &[u8], arena: &mut [i8]) -> Result<bool, &'static str> {
    let (model, parsing) = counter.measure(|| Model::parse(file));
    let model = model.map_err(|_| "the encoder is damaged")?;
    // With more than it states, it would be faster.
    let arena = arena.get_mut(..model.arena_bytes()).ok_or("the arena is too small")?;
    let mut encoder = Encoder::new(&model, arena).map_err(|_| "the arena is too small")?;
    let cases = Cases::parse(cases, &model).map_err(|_| "the cases are damaged or of another encoder")?;

    let (_, stack) = stack::measure(|| cases.iter().next().map(|case| encoder.encode(case.pixels).is_ok()));
    let mut digests = [0; TENSORS];
    if let Some(case) = cases.iter().next() {
        let digest = |tensor: TensorId, values: &[i8]| {
            digests[usize::from(tensor.0)] = DIGEST.checksum(bytemuck::cast_slice(values));
        };
        encoder.encode_observed(case.pixels, digest).map_err(|_| "an image has another length")?;
    }
    let mut totals = [0; TENSORS];
    let mut passed = true;
    for case in (0..RUNS).flat_map(|_| cases.iter()).take(RUNS as usize) {
        let mut last = counter.now();
        let output = encoder.encode_observed(case.pixels, |tensor, _| {
            totals[usize::from(tensor.0)] += counter.now() - last;
            last = counter.now();
        });
        let embedding = output.map_err(|_| "an image has another length")?.embedding();
        passed &= bytemuck::cast_slice::<i8, u8>(embedding.values) == case.embedding;
    }
    println!("network {}", model.about().name);
    println!("{UNIT} of an image; {} bytes, arena {} bytes", model.file_bytes(), model.arena_bytes());
    println!("stack {stack}");
    println!("parse {parsing}");
    println!("tensor 0 input 0 {} {:08x}", totals[0] / RUNS, digests[0]);
    for ((node, output), tensor) in model.layers().zip(1..) {
        let macs = model.node_macs(&node, output.shape);
        println!("tensor {tensor} {} {macs} {} {:08x}", node.name(), totals[tensor] / RUNS, digests[tensor]);
    }
    println!("total {} {}", model.macs(), totals.iter().sum::<u64>() / RUNS);
    Ok(passed)
}
