//! The `dim` program.

#![forbid(unsafe_code)]

#[macro_use]
mod standard_output;

mod arguments;
mod commands;
mod trained;

use std::process::ExitCode;

use arguments::Cli;
use clap::Parser;

fn main() -> ExitCode {
    match commands::run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
