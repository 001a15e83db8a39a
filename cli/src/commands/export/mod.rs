//! `dim export`: a `.dim` file for other engines, and for programs of C.

mod c_library;
mod engine;

use std::process::ExitCode;

use anyhow::Context;
use dim_model_format::Model;

use super::input::{read, unusable};
use crate::arguments::{ExportArgs, ExportFormat};

pub(super) fn run(args: &ExportArgs) -> anyhow::Result<ExitCode> {
    let file = read(&args.file)?;
    let model = Model::parse(&file).with_context(|| unusable(&args.file))?;
    match args.format {
        ExportFormat::Tflite => engine::run(args, &model, "tflite", dim_tflite::export(&model), dim_tflite::OUTPUTS),
        ExportFormat::Tosa => {
            engine::run(args, &model, "tosa", dim_tosa::export(&model), model.taps().map(|tap| tap.kind))
        }
        ExportFormat::CLibrary => c_library::run(args, &model, &file[..model.file_bytes()]),
    }
}
