//! `dim import-torch`: a run out of the weights in a file of PyTorch's.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use dim_host::data::Reading;
use dim_host::hexadecimal::hexadecimal;
use dim_trainer::architecture::Architecture;
use dim_trainer::device;
use dim_trainer::exchange::torch::{self, Normalization, Origin, PerChannel, Tensor, assign};
use dim_trainer::settings::{Method, TrainConfig};
use dim_trainer::training::{Imported, Run};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::encoder::encoder_of;
use super::run_data::data_of;
use crate::arguments::ImportTorchArgs;
use crate::commands::input::{open_data, read};
use crate::commands::output::print_json;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Summary<'a> {
    run: &'a Path,
    encoder: &'a str,
    file: String,
    sha256: String,
    parameters: usize,
    layers: Vec<LayerReport>,
    /// What padding is to the encoder in place of 0, at most, where pixels are scaled by the first layer.
    padding: f64,
}

/// Which modules of the file a layer is.
#[derive(Debug, Serialize)]
struct LayerReport {
    layer: usize,
    weights: String,
    norm: Option<String>,
}

/// A tensor of the file.
#[derive(Debug, Serialize)]
struct TensorReport<'a> {
    name: &'a str,
    shape: &'a [usize],
}

pub(super) fn run(args: &ImportTorchArgs) -> anyhow::Result<ExitCode> {
    let file = read(&args.file)?;
    let in_file = || args.file.display().to_string();
    let tensors = torch::read(&file).with_context(in_file)?;
    let encoder = encoder_of(&args.encoder)?;
    let (false, Some(architecture), Some(data), Some(out)) = (args.list, encoder, &args.data, &args.out) else {
        return list(&tensors, args.json);
    };
    let normalization = normalization(args, &architecture)?;
    let mut assignment = assign(&architecture, &tensors, &args.map).with_context(in_file)?;
    let padding = normalization.map_or(0.0, |normalization| {
        normalization.fold(&architecture, &mut assignment.numbers);
        normalization.at_the_border(architecture.input.channels.into())
    });
    ensure!(
        args.overwrite || !out.join("config.toml").exists(),
        "{}: holds a run already; --overwrite to replace it, or another --out",
        out.display()
    );
    let config = settings(architecture.clone(), data)?;
    let dataset = open_data(&config.data, &Reading::of(architecture.input))?;
    let sha256 = hexadecimal(&Sha256::digest(&file));
    let name = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let imported = Imported { file: name, sha256 };
    Run::import(out, config, &dataset, imported.clone(), &assignment.numbers, &device::open("cpu")?)?;
    let layers =
        assignment.origins.into_iter().map(|Origin { layer, weights, norm }| LayerReport { layer, weights, norm });
    let summary = Summary {
        run: out,
        encoder: &architecture.name,
        file: imported.file,
        sha256: imported.sha256,
        parameters: architecture.parameters(),
        layers: layers.collect(),
        padding,
    };
    if args.json {
        print_json(&summary)?;
    } else {
        print(&summary, &dataset.name);
    }
    Ok(ExitCode::SUCCESS)
}

/// Shows what the file holds.
fn list(tensors: &[Tensor<'_>], json: bool) -> anyhow::Result<ExitCode> {
    let reports = tensors.iter().map(|Tensor { name, shape, .. }| TensorReport { name, shape });
    if json {
        #[derive(Serialize)]
        struct Listing<'a> {
            tensors: Vec<TensorReport<'a>>,
        }
        print_json(&Listing { tensors: reports.collect() })?;
    } else {
        reports.for_each(|TensorReport { name, shape }| println!("{name}  {shape:?}"));
    }
    Ok(ExitCode::SUCCESS)
}

fn settings(encoder: Architecture, data: &str) -> anyhow::Result<TrainConfig> {
    let data = data_of(data)?;
    Ok(TrainConfig { method: Method::Imported, encoder, data, epochs: 0, ..TrainConfig::default() })
}

fn normalization(args: &ImportTorchArgs, architecture: &Architecture) -> anyhow::Result<Option<Normalization>> {
    let (Some(mean), Some(std)) = (&args.mean, &args.std) else { return Ok(None) };
    let channels = usize::from(architecture.input.channels);
    let fits = |name: &str, numbers: &PerChannel| {
        let encoder = &architecture.name;
        ensure!(numbers.fits(channels), "{name}: give one number, or the {channels} of the channels of {encoder}");
        Ok(())
    };
    fits("--mean", mean)?;
    fits("--std", std)?;
    ensure!(std.is_positive(), "--std: pixels were divided by it, so it must be above 0");
    Ok(Some(Normalization { mean: mean.clone(), std: std.clone() }))
}

fn print(summary: &Summary<'_>, dataset: &str) {
    let Summary { run, encoder, file, parameters, .. } = summary;
    println!("{encoder} with {parameters} numbers of {file} (sha256 {:.16})", summary.sha256);
    let width = summary.layers.iter().map(|layer| layer.weights.len()).fold("weights".len(), usize::max);
    println!("  {:>5}  {:<width$}  batch normalization", "layer", "weights");
    for LayerReport { layer, weights, norm } in &summary.layers {
        println!("  {layer:>5}  {weights:<width$}  {}", norm.as_deref().unwrap_or("-"));
    }
    if summary.padding > 0.0 {
        let padding = summary.padding;
        println!("  the first layer scales pixels; where it is padded, it sees up to {padding:.4} in place of 0");
    }
    println!("  run folder   {}, to be measured and calibrated on {dataset}", run.display());
}
