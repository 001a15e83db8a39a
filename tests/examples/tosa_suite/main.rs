//! Computes tests of TOSA's conformance suite with the runtime:
//!
//! ```text
//! cargo run --release -p dim-conformance --example tosa_suite -- FOLDER...
//! ```
//!
//! A FOLDER has one test, as the suite's generator writes it: a graph of one operator, `test.tosa`, and its inputs,
//! `input-0.npy` and so on. The operator becomes a `.dim` file of our own operators, the runtime computes it, and the bytes of the
//! result go to `dim.bin` beside the test. A line for each test says what became of it, with tabs between: the folder, `ran`
//! and our operator, or `left out` and why.
//!
//! Nothing is computed here but where numbers stand: an input may be given twice, and a result may be read bit by bit.

mod elements;
mod matrix;
mod pad;
mod run;
mod scale;
mod sums;
mod test;
mod window;

use std::path::Path;
use std::process::ExitCode;

use run::Outcome;
use test::{Bytes, Operator, Test};

/// Our operator, and the numbers of the result.
fn compute(test: &Test<'_>) -> Outcome {
    match test.operator {
        Operator::Conv2d => sums::conv2d(test),
        Operator::DepthwiseConv2d => sums::depthwise_conv2d(test),
        Operator::MatMul => matrix::product(test),
        Operator::MaxPool2d => window::max_pool2d(test),
        Operator::AvgPool2d => window::average(test),
        Operator::Rescale => scale::rescale(test),
        Operator::Clamp => elements::clamp(test),
        Operator::Pad => pad::pad(test),
        Operator::Add => Err("ours adds int8 numbers, TOSA's has none of these".to_owned()),
        Operator::Other(code) => Err(format!("no operator of ours is TOSA's number {code}")),
    }
}

fn judge(folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let bytes = Bytes::read(folder)?;
    let test = Test::parse(&bytes)?;
    match compute(&test) {
        Ok((ours, values)) => {
            if values.len() != test.output.shape.iter().product::<usize>() {
                return Err(format!("{} numbers for the shape {:?}", values.len(), test.output.shape).into());
            }
            std::fs::write(folder.join("dim.bin"), test.output.data_type.bytes(&values))?;
            println!("{}\tran\t{ours}", folder.display());
        }
        Err(why) => println!("{}\tleft out\t{why}", folder.display()),
    }
    Ok(())
}

fn main() -> ExitCode {
    for folder in std::env::args_os().skip(1) {
        if let Err(error) = judge(Path::new(&folder)) {
            eprintln!("error: {}: {error}", Path::new(&folder).display());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
