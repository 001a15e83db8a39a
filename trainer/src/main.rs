//! The `dim` program.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser;
use dim_trainer::cli::Cli;
use dim_trainer::commands;

fn main() -> ExitCode {
    match commands::run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
