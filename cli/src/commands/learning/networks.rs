//! Networks, and what each costs before it is trained.

use std::path::PathBuf;
use std::process::ExitCode;

use dim_trainer::architecture::{Architecture, Operator, Preset};
use dim_trainer::quantize::{Cost, cost};
use dim_trainer::settings::{Method, Recipe};
use serde::Serialize;

use crate::commands::output::print_json;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
pub(crate) struct Networks {
    presets: Vec<EncoderReport>,
}

/// Encoders that are no presets.
#[derive(Debug, Serialize)]
struct Described {
    encoders: Vec<EncoderReport>,
}

#[derive(Debug, Serialize)]
struct EncoderReport {
    name: String,
    /// `[height, width, channels]`.
    input_shape: [usize; 3],
    convolutions: usize,
    fully_connected: usize,
    /// `[M, M, channels]`.
    feature_map: [usize; 3],
    /// Pixels that a cell of the feature map sees along each axis, or along the one where it sees more.
    receptive_field: usize,
    /// Numbers of each tap.
    conv: usize,
    fc: usize,
    embedding: usize,
    /// Vectors that make up the embedding.
    globals: usize,
    /// The best settings that are known for a preset.
    #[serde(skip_serializing_if = "Option::is_none")]
    recipe: Option<&'static str>,
    #[serde(flatten)]
    cost: Cost,
}

/// The presets.
pub(crate) fn networks() -> anyhow::Result<Networks> {
    let with_recipe = |preset: &Preset| {
        let recipe = Some(Recipe::of(*preset, Method::Dim).name());
        Ok(EncoderReport { recipe, ..report(&preset.architecture())? })
    };
    Ok(Networks { presets: Preset::all().iter().map(with_recipe).collect::<anyhow::Result<_>>()? })
}

/// Prints them as text.
pub(crate) fn print_networks(networks: &Networks) {
    print(&networks.presets);
}

/// Checks and lists the encoders of files.
pub(crate) fn described(files: &[PathBuf], json: bool) -> anyhow::Result<ExitCode> {
    let encoders = files.iter().map(|file| report(&Architecture::from_file(file)?)).collect::<anyhow::Result<_>>()?;
    let described = Described { encoders };
    if json {
        print_json(&described)?;
    } else {
        print(&described.encoders);
    }
    Ok(ExitCode::SUCCESS)
}

fn report(architecture: &Architecture) -> anyhow::Result<EncoderReport> {
    let shapes = architecture.shapes();
    let width = |layer: usize| shapes[layer].iter().product();
    let count = |is: fn(&Operator) -> bool| architecture.layers.iter().filter(|layer| is(&layer.operator)).count();
    let [channels, height, map_width] = shapes[architecture.feature_map];
    let input = architecture.input;
    let sees = architecture.receptive_fields()[architecture.feature_map];
    Ok(EncoderReport {
        name: architecture.name.clone(),
        input_shape: [input.height, input.width, input.channels].map(usize::from),
        convolutions: count(|operator| operator.is_weighted()) - count(is_linear),
        fully_connected: count(is_linear),
        feature_map: [height, map_width, channels],
        receptive_field: sees.into_iter().map(|field| field.size).fold(0, usize::max),
        conv: width(architecture.conv),
        fc: width(architecture.fc),
        embedding: width(shapes.len() - 1),
        globals: architecture.globals(),
        recipe: None,
        cost: cost(architecture)?,
    })
}

const fn is_linear(operator: &Operator) -> bool {
    matches!(operator, Operator::Linear { .. })
}

fn print(encoders: &[EncoderReport]) {
    println!(
        "{:<16} {:>8} {:>7} {:>10} {:>5} {:>6} {:>5} {:>7} {:>11} {:>12} {:>10} {:>8}",
        "encoder",
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
    for report in encoders {
        let layers = format!("{}+{}", report.convolutions, report.fully_connected);
        let units = report.embedding / report.globals;
        let embedding = if report.globals == 1 { units.to_string() } else { format!("{}x{units}", report.globals) };
        let [weights, arena] = match &report.cost.device {
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
            report.cost.parameters,
            report.cost.macs,
        );
    }
    println!(
        "\nlayers: convolutions + fully connected; sees: pixels on an axis; -: works on crops, which no .dim file has"
    );
}
