//! `dim inspect --presets`: what each encoder costs, before any is trained.

use std::process::ExitCode;

use dim_model_format::{About, Model};
use dim_trainer::architecture::{Architecture, Operator, Preset};
use dim_trainer::model::FloatEncoder;
use dim_trainer::quantize::{Range, lower};
use dim_trainer::settings::Integers;
use serde::Serialize;

use crate::commands::output::print_json;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Presets {
    presets: Vec<PresetReport>,
}

#[derive(Debug, Serialize)]
struct PresetReport {
    name: &'static str,
    /// `[height, width, channels]`.
    input_shape: [usize; 3],
    convolutions: usize,
    fully_connected: usize,
    /// `[M, M, channels]`.
    feature_map: [usize; 3],
    /// Pixels that a cell of the feature map sees along each axis.
    receptive_field: usize,
    /// Numbers of each tap.
    conv: usize,
    fc: usize,
    embedding: usize,
    /// Vectors that make up the embedding.
    globals: usize,
    parameters: usize,
    macs: usize,
    /// Of the `.dim` file; absent where there can be none.
    device: Option<DeviceReport>,
}

#[derive(Debug, Serialize)]
struct DeviceReport {
    file_bytes: usize,
    weight_bytes: usize,
    arena_bytes: usize,
}

pub(super) fn run(json: bool) -> anyhow::Result<ExitCode> {
    let presets = Preset::all().iter().map(|preset| report(&preset.architecture())).collect::<anyhow::Result<_>>()?;
    let presets = Presets { presets };
    if json {
        print_json(&presets)?;
    } else {
        print(&presets);
    }
    Ok(ExitCode::SUCCESS)
}

fn report(architecture: &Architecture) -> anyhow::Result<PresetReport> {
    let shapes = architecture.shapes();
    let width = |layer: usize| shapes[layer].iter().product();
    let count = |is: fn(&Operator) -> bool| architecture.layers.iter().filter(|layer| is(&layer.operator)).count();
    let [channels, height, map_width] = shapes[architecture.feature_map];
    let input = architecture.input;
    Ok(PresetReport {
        name: architecture.name,
        input_shape: [input.height, input.width, input.channels].map(usize::from),
        convolutions: count(|operator| operator.is_weighted()) - count(is_linear),
        fully_connected: count(is_linear),
        feature_map: [height, map_width, channels],
        receptive_field: architecture.receptive_fields()[architecture.feature_map].size,
        conv: width(architecture.conv),
        fc: width(architecture.fc),
        embedding: width(shapes.len() - 1),
        globals: architecture.globals(),
        parameters: architecture.parameters(),
        macs: architecture.macs(),
        device: if architecture.is_folded() { None } else { Some(device(architecture)?) },
    })
}

const fn is_linear(operator: &Operator) -> bool {
    matches!(operator, Operator::Linear { .. })
}

/// Sizes do not depend on what was learned.
fn device(architecture: &Architecture) -> anyhow::Result<DeviceReport> {
    let ranges = vec![Range::default(); architecture.layers.len()];
    let file =
        lower(&FloatEncoder::zeros(architecture), &ranges, Integers::default(), About::named(architecture.name))?;
    let model = Model::parse(&file)?;
    Ok(DeviceReport {
        file_bytes: model.file_bytes(),
        weight_bytes: model.weight_bytes(),
        arena_bytes: model.arena_bytes(),
    })
}

fn print(Presets { presets }: &Presets) {
    println!(
        "{:<16} {:>8} {:>7} {:>10} {:>5} {:>6} {:>5} {:>7} {:>11} {:>12} {:>10} {:>8}",
        "preset",
        "images",
        "layers",
        "local map",
        "sees",
        "conv",
        "fc",
        "Y",
        "parameters",
        "MAC",
        "int8 bytes",
        "arena"
    );
    let extents = |[height, width, channels]: [usize; 3]| format!("{height}x{width}x{channels}");
    for report in presets {
        let layers = format!("{}+{}", report.convolutions, report.fully_connected);
        let units = report.embedding / report.globals;
        let embedding = if report.globals == 1 { units.to_string() } else { format!("{}x{units}", report.globals) };
        let [weights, arena] = match &report.device {
            Some(device) => [device.weight_bytes, device.arena_bytes].map(|bytes| bytes.to_string()),
            None => ["-".to_owned(), "-".to_owned()],
        };
        println!(
            "{:<16} {:>8} {layers:>7} {:>10} {:>5} {:>6} {:>5} {embedding:>7} {:>11} {:>12} {weights:>10} {arena:>8}",
            report.name,
            extents(report.input_shape),
            extents(report.feature_map),
            report.receptive_field,
            report.conv,
            report.fc,
            report.parameters,
            report.macs,
        );
    }
    println!(
        "\nlayers: convolutions + fully connected; sees: pixels on an axis; -: works on crops, which no .dim file has"
    );
}
