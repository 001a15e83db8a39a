//! `dim export --format tflite` and `--format tosa`: a `.dim` file in the format of another engine.

use std::error::Error;
use std::process::ExitCode;

use anyhow::Context;
use dim_host::persist;
use dim_model_format::{Model, Preprocessing, TapKind, Tensor, TensorId};
use serde::Serialize;

use crate::arguments::ExportArgs;
use crate::commands::output::print_json;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Summary {
    format: &'static str,
    identity: String,
    file_bytes: usize,
    input: TensorReport,
    outputs: Vec<TensorReport>,
}

/// An int8 tensor at the border of the file: `real = scale * (q - zero_point)`.
#[derive(Debug, Serialize)]
struct TensorReport {
    name: &'static str,
    /// `[height, width, channels]`.
    shape: [u16; 3],
    scale: f32,
    zero_point: i8,
}

/// Writes what the `format`'s exporter made of the model; `outputs` are in the order of the file.
pub(super) fn run<E: Error + Send + Sync + 'static>(
    args: &ExportArgs,
    model: &Model<'_>,
    format: &'static str,
    bytes: Result<Vec<u8>, E>,
    outputs: impl IntoIterator<Item = TapKind>,
) -> anyhow::Result<ExitCode> {
    let bytes = bytes.with_context(|| format!("{}: no {format} file computes the same bytes", args.file.display()))?;
    persist::write(&args.out, &bytes)?;
    let outputs = outputs.into_iter().filter_map(|kind| Some((kind.name(), model.tensor(model.tap(kind)?))));
    let summary = Summary {
        format,
        identity: model.identity().to_string(),
        file_bytes: bytes.len(),
        input: report("image", &model.tensor(TensorId(0))),
        outputs: outputs.map(|(name, tensor)| report(name, &tensor)).collect(),
    };
    if args.json {
        print_json(&summary)?;
    } else {
        println!("wrote {} ({} bytes), encoder {}", args.out.display(), summary.file_bytes, summary.identity);
        let image = match model.graph().input.preprocessing {
            Preprocessing::LookupU8 { .. } => "input, pixels by the encoder's tables",
            _ => "input, pixels minus 128",
        };
        print(image, &summary.input);
        for (index, output) in summary.outputs.iter().enumerate() {
            print(&format!("output {index}, {}", output.name), output);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn report(name: &'static str, tensor: &Tensor) -> TensorReport {
    let Tensor { shape, quantization, .. } = *tensor;
    TensorReport {
        name,
        shape: [shape.height, shape.width, shape.channels],
        scale: quantization.scale,
        zero_point: quantization.zero_point,
    }
}

fn print(title: &str, TensorReport { shape: [height, width, channels], scale, zero_point, .. }: &TensorReport) {
    let shape = format!("{height}x{width}x{channels}");
    println!("  {title:<24} {shape:>12} int8, scale {scale:.6}, zero point {zero_point}");
}
