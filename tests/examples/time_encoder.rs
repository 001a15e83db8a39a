//! Measures how long an image takes on this machine, with each instruction set that its processor has kernels for.
//!
//! ```sh
//! cargo run --release -p dim-conformance --example time_encoder -- encoder.dim [IMAGES] [INSTRUCTIONS]
//! ```
//!
//! Prints a line for each: the name, the median and the shortest time of an image in microseconds, multiplications in a
//! nanosecond of the median, and how long it takes to rearrange the weights, once for an encoder.

use std::error::Error;
use std::time::Instant;

use dim_conformance::draw::{Draw, elements};
use dim_model_format::Model;
use dim_runtime::{Encoder, InstructionSet};

/// Images that are measured, if the command does not say.
const IMAGES: usize = 500;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = std::fs::read(arguments.next().ok_or("give a .dim file")?)?;
    let images = arguments.next().map_or(Ok(IMAGES), |images| images.parse())?.max(1);
    let only = arguments.next();
    let model = Model::parse(&file)?;
    let pixels = Draw(0).bytes(elements(model.input_shape()));
    for set in InstructionSet::available() {
        if only.as_ref().is_some_and(|name| name != set.name()) {
            continue;
        }
        let mut arena = vec![0; model.arena_bytes()];
        let encoder = Encoder::new(&model, &mut arena)?;
        let start = Instant::now();
        let mut encoder = encoder.with_instructions(set);
        let made = start.elapsed().as_secs_f64() * 1e6;
        let mut times = Vec::with_capacity(images);
        // A tenth more, which do not count, to warm up.
        for image in 0..images + images / 10 {
            let start = Instant::now();
            encoder.encode(&pixels)?;
            if image >= images / 10 {
                times.push(start.elapsed().as_secs_f64() * 1e6);
            }
        }
        times.sort_by(f64::total_cmp);
        let median = times[images / 2];
        let gmacs = model.macs() as f64 / median / 1e3;
        println!(
            "{:<11} {median:10.2} us {:10.2} us at least {gmacs:8.2} GMAC/s {made:10.2} us once",
            set.name(),
            times[0]
        );
    }
    Ok(())
}
