//! An application: takes its encoder only from the signer whom it was built to trust, and names the class of each
//! baked-in image.
//!
//! `dim sign` makes `DIM_MODEL`, `dim keygen` prints `DIM_TRUSTED_KEY`, `dim prototypes` makes `DIM_PROTOTYPES`.
#![no_std]
#![no_main]

use core::fmt;

use dim_firmware_example::cases::{Cases, CasesError};
use dim_firmware_example::counter::{Counter, UNIT};
use dim_firmware_example::{Exit, exit};
use dim_model_format::{Error, SignatureError};
use dim_runtime::{Arena, Encoder, Model, Prototypes, PrototypesError, arena_bytes};
use semihosting::println;
use static_cell::ConstStaticCell;

dim_runtime::include_model!(ENCODER = concat!(env!("OUT_DIR"), "/encoder.dim"), section = ".external");
dim_runtime::include_model!(CASES = concat!(env!("OUT_DIR"), "/cases.bin"), section = ".external");
static PROTOTYPES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/prototypes.bin"));
static TRUSTED_KEY: &[u8; 32] = include_bytes!(concat!(env!("OUT_DIR"), "/trusted_key.bin"));
static ARENA: ConstStaticCell<Arena<{ arena_bytes(ENCODER) }>> = ConstStaticCell::new(Arena::new());

#[dim_firmware_example::entry]
fn main() -> ! {
    match classify() {
        Ok(()) => exit(Exit::Passed),
        Err(failure) => {
            println!("failed: {failure}");
            exit(Exit::Failed)
        }
    }
}

fn classify() -> Result<(), Failure> {
    let counter = Counter::start().ok_or(Failure::Restarted)?;
    // Before anything of the file is believed.
    let (verified, cost) = counter.measure(|| dim_model_format::verify(ENCODER, TRUSTED_KEY));
    verified.map_err(Failure::Untrusted)?;
    println!("signed by the trusted key, verified in {cost} {UNIT}");

    let model = Model::parse(ENCODER).map_err(Failure::Model)?;
    let mut encoder = Encoder::new(&model, ARENA.take().as_mut_slice()).map_err(Failure::Runtime)?;
    encoder.prove().map_err(Failure::Runtime)?;
    let prototypes = Prototypes::parse(PROTOTYPES, &model).map_err(Failure::Prototypes)?;
    let cases = Cases::parse(CASES, &model).map_err(Failure::Cases)?;
    for (number, case) in cases.iter().enumerate() {
        let output = encoder.encode(case.pixels).map_err(Failure::Runtime)?;
        // `Prototypes::parse` has compared the number of units.
        if let Some(nearest) = prototypes.nearest(output.embedding().values) {
            println!("image {number}: {}, distance {}", nearest.name, nearest.distance);
        }
    }
    Ok(())
}

/// Why no class is named.
#[derive(Debug, Clone, Copy)]
enum Failure {
    /// `main` ran twice.
    Restarted,
    /// Nobody or another one signed the encoder, or it was changed afterwards.
    Untrusted(SignatureError),
    /// The encoder is too new.
    Model(Error),
    /// The arena or an image does not fit, or the outputs are not those that the encoder states.
    Runtime(dim_runtime::Error),
    /// The prototypes are damaged or those of another encoder.
    Prototypes(PrototypesError),
    /// The images are damaged or made for another encoder.
    Cases(CasesError),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Restarted => f.write_str("main ran twice"),
            Self::Untrusted(error) => error.fmt(f),
            Self::Model(error) => error.fmt(f),
            Self::Runtime(error) => error.fmt(f),
            Self::Prototypes(error) => error.fmt(f),
            Self::Cases(error) => write!(f, "the images cannot be used: {error:?}"),
        }
    }
}
