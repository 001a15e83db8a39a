//! Runs the baked-in images through the baked-in encoder and compares every byte with the host's.
#![no_std]
#![no_main]

use crc::{CRC_32_ISO_HDLC, Crc};
use defmt::{error, info, warn};
use dim_firmware_example::cases::{Case, Cases, CasesError};
use dim_firmware_example::counter::{Counter, UNIT, UNITS_PER_TICK};
use dim_firmware_example::results::{NotWritten, Results};
use dim_firmware_example::{Exit, exit};
use dim_runtime::{Arena, Encoder, Model, arena_bytes};
use heapless::Vec;
use static_cell::ConstStaticCell;

dim_runtime::include_model!(ENCODER = concat!(env!("OUT_DIR"), "/encoder.dim"), section = ".external");
dim_runtime::include_model!(CASES = concat!(env!("OUT_DIR"), "/cases.bin"), section = ".external");
static ARENA: ConstStaticCell<Arena<{ arena_bytes(ENCODER) }>> = ConstStaticCell::new(Arena::new());

/// Any mistake in a byte changes it; the same digest as of `crc32` in zlib and Python.
const DIGEST: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

#[dim_firmware_example::entry]
fn main() -> ! {
    match conform() {
        Ok(different) if different.is_empty() => {
            info!("passed");
            exit(Exit::Passed)
        }
        Ok(different) => {
            error!("failed: the first cases with differences are {}", different);
            exit(Exit::Failed)
        }
        Err(failure) => {
            error!("failed: {}", failure);
            exit(Exit::Failed)
        }
    }
}

/// Runs all cases and gives the numbers of the first ones that differ.
fn conform() -> Result<Vec<usize, 16>, Failure> {
    let counter = Counter::start().ok_or(Failure::Restarted)?;
    check(&counter);

    let (model, parsing) = counter.measure(|| Model::parse(ENCODER));
    let model = model.map_err(|error| {
        error!("{}", defmt::Display2Format(&error));
        Failure::Model
    })?;
    info!("{=str}: {=usize} bytes, parsed in {=u64} {=str}", model.about().name, model.file_bytes(), parsing, UNIT);
    let mut encoder = Encoder::new(&model, ARENA.take().as_mut_slice())?;
    prove(&mut encoder)?;
    let cases = Cases::parse(CASES, &model)?;
    let mut results = Results::open(cases.output_bytes())?;

    let mut different = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let (output, cost) = counter.measure(|| encoder.encode(case.pixels));
        let output = output?;
        let embedding = bytemuck::cast_slice(output.embedding().values);
        let feature_map = bytemuck::cast_slice(output.feature_map().map_or(&[][..], |map| map.values));
        report(number, embedding, feature_map, cost);
        results.append(cost, embedding, feature_map)?;
        if !is_as_expected(&case, embedding, feature_map) {
            // Sixteen are enough to look at; the host sees all.
            different.push(number).ok();
        }
    }
    Ok(different)
}

/// The encoder's own proof, which needs no images and no host.
fn prove(encoder: &mut Encoder<'_, '_>) -> Result<(), dim_runtime::Error> {
    match encoder.prove() {
        Ok(()) => info!("proven: the outputs for generated images are those that the file states"),
        Err(dim_runtime::Error::NoProof) => warn!("the file has no proof, so only the cases tell"),
        Err(error) => return Err(error),
    }
    Ok(())
}

fn report(number: usize, embedding: &[u8], feature_map: &[u8], cost: u64) {
    let [embedding, feature_map] = [embedding, feature_map].map(|bytes| DIGEST.checksum(bytes));
    info!(
        "case {=usize}: embedding {=u32:08x}, feature map {=u32:08x}, {=u64} {=str}",
        number, embedding, feature_map, cost, UNIT
    );
}

fn is_as_expected(case: &Case<'_>, embedding: &[u8], feature_map: &[u8]) -> bool {
    let tensors = [("embedding", embedding, case.embedding), ("feature map", feature_map, case.feature_map)];
    tensors.iter().fold(true, |same, (name, got, expected)| {
        if got == expected {
            return same;
        }
        let bytes = got.iter().zip(*expected).filter(|(got, expected)| got != expected).count();
        error!("{=str}: {=usize} of {=usize} bytes differ from the host's", *name, bytes, expected.len());
        false
    })
}

/// A loop of known length tells whether the counts can be believed.
fn check(counter: &Counter) {
    const TURNS: u32 = 50_000;
    let counted = counter.calibrate(TURNS);
    info!("a loop of {=u32} instructions counts {=u64} {=str}", 2 * TURNS, counted, UNIT);
    if cfg!(feature = "qemu") && counted.abs_diff(2 * u64::from(TURNS)) > 2 * UNITS_PER_TICK {
        warn!("the counts are not instructions: start QEMU with -icount shift=0");
    }
}

/// Why no verdict could be reached.
#[derive(Debug, Clone, Copy, defmt::Format)]
enum Failure {
    /// `main` ran twice.
    Restarted,
    /// The encoder is damaged or too new.
    Model,
    /// The cases are damaged or made for another encoder.
    Cases(CasesError),
    /// The arena or an image does not fit.
    Runtime(dim_runtime::Error),
    /// The host does not take the results.
    Results,
}

impl From<CasesError> for Failure {
    fn from(error: CasesError) -> Self {
        Self::Cases(error)
    }
}

impl From<dim_runtime::Error> for Failure {
    fn from(error: dim_runtime::Error) -> Self {
        Self::Runtime(error)
    }
}

impl From<NotWritten> for Failure {
    fn from(_: NotWritten) -> Self {
        Self::Results
    }
}
