//! `dim inspect`: what is in a `.dim` file.

use std::process::ExitCode;

use anyhow::Context;
use dim_model_format::{FilterLayout, Model, Preprocessing, Quantization, Rounding, Shape, TensorId};
use serde::Serialize;

use super::input::{read, unusable};
use super::learning;
use super::output::print_json;
use crate::arguments::InspectArgs;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Inspection<'a> {
    format_version: String,
    identity: String,
    name: &'a str,
    producer: &'a str,
    objective: &'a str,
    dataset: &'a str,
    epochs: u32,
    seed: u64,
    input_shape: [u16; 3],
    /// `centred`, `quantized` or `table`.
    preprocessing: &'static str,
    /// What the int8 numbers of the image mean, which are its pixels minus 128, or what a table makes of them.
    input_scale: f32,
    input_zero_point: i8,
    macs: u64,
    file_bytes: usize,
    weight_bytes: usize,
    arena_bytes: usize,
    scratch_bytes: usize,
    arithmetic: &'static str,
    /// Digest of the outputs for generated images; none in files before format 1.2.
    proof: Option<String>,
    taps: Vec<TapReport>,
    layers: Vec<LayerReport>,
}

#[derive(Debug, Serialize)]
struct TapReport {
    name: &'static str,
    tensor: u8,
    shape: [u16; 3],
    scale: f32,
    zero_point: i8,
}

#[derive(Debug, Serialize)]
struct LayerReport {
    index: usize,
    op: &'static str,
    output_shape: [u16; 3],
    macs: u64,
    weight_bytes: usize,
    /// None of operators without weights.
    weight_bits: Option<u8>,
}

impl LayerReport {
    fn operator(&self) -> String {
        let bits = if self.weight_bits == Some(4) { " int4" } else { "" };
        format!("{}{bits}", self.op)
    }
}

pub(super) fn run(args: &InspectArgs) -> anyhow::Result<ExitCode> {
    let Some(path) = &args.file else { return learning::presets(args.json) };
    let file = read(path)?;
    let model = Model::parse(&file).with_context(|| unusable(path))?;
    let inspection = inspect(&model);
    if args.json {
        print_json(&inspection)?;
    } else {
        print(&inspection);
    }
    Ok(ExitCode::SUCCESS)
}

fn inspect<'a>(model: &Model<'a>) -> Inspection<'a> {
    let about = model.about();
    let input = model.tensor(TensorId(0)).quantization;
    let taps = model.taps().map(|tap| {
        let tensor = model.tensor(tap.tensor);
        TapReport {
            name: tap.kind.name(),
            tensor: tap.tensor.0,
            shape: extents(tensor.shape),
            scale: tensor.quantization.scale,
            zero_point: tensor.quantization.zero_point,
        }
    });
    let layers = model.layers().enumerate().map(|(index, (node, output))| LayerReport {
        index,
        op: node.name(),
        output_shape: extents(output.shape),
        macs: model.node_macs(&node, output.shape),
        weight_bytes: model.parameters(&node, output.shape).map_or(0, |parameters| parameters.filter.len()),
        weight_bits: node.layout().map(|layout| if layout == FilterLayout::Int4 { 4 } else { 8 }),
    });
    Inspection {
        format_version: model.format_version().map(|number| number.to_string()).join("."),
        identity: model.identity().to_string(),
        name: about.name,
        producer: about.producer,
        objective: about.objective,
        dataset: about.dataset,
        epochs: about.epochs,
        seed: about.seed,
        input_shape: extents(model.input_shape()),
        preprocessing: match model.graph().input.preprocessing {
            Preprocessing::CenteredU8 => "centred",
            Preprocessing::QuantizedU8 => "quantized",
            Preprocessing::LookupU8 { .. } => "table",
            _ => "unknown",
        },
        input_scale: input.scale,
        input_zero_point: input.zero_point,
        macs: model.macs(),
        file_bytes: model.file_bytes(),
        weight_bytes: model.weight_bytes(),
        arena_bytes: model.arena_bytes(),
        scratch_bytes: model.scratch_bytes(),
        arithmetic: match model.graph().rounding {
            Rounding::Double => "double",
            Rounding::Single => "single",
            _ => "unknown",
        },
        proof: model.proof().map(|digest| format!("{digest:08x}")),
        taps: taps.collect(),
        layers: layers.collect(),
    }
}

fn extents(shape: Shape) -> [u16; 3] {
    [shape.height, shape.width, shape.channels]
}

fn print(inspection: &Inspection<'_>) {
    let shape = |[height, width, channels]: [u16; 3]| format!("{height}x{width}x{channels}");
    let Inspection { name, objective, dataset, producer, .. } = inspection;
    println!("{name}  (.dim format {}, identity {})", inspection.format_version, inspection.identity);
    match inspection.epochs {
        0 => println!("  encoder     {objective}, data {dataset}"),
        epochs => println!("  trained     {objective} on {dataset}, {epochs} epochs, seed {}", inspection.seed),
    }
    println!("  written by  {producer}");
    let pixels = Quantization { scale: inspection.input_scale, zero_point: inspection.input_zero_point };
    match pixels {
        Quantization::CENTERED_U8 => println!("  input       {} raw u8 pixels", shape(inspection.input_shape)),
        Quantization { scale, zero_point } if inspection.preprocessing == "table" => println!(
            "  input       {} raw u8 pixels, by tables to int8 numbers of scale {scale:.6} and zero point {zero_point}",
            shape(inspection.input_shape)
        ),
        Quantization { scale, zero_point } => println!(
            "  input       {} bytes, int8 numbers of scale {scale:.6} and zero point {zero_point} plus 128",
            shape(inspection.input_shape)
        ),
    }
    println!("  arithmetic  int8, {} rounding", inspection.arithmetic);
    match &inspection.proof {
        Some(digest) => println!("  proof       {digest}, of the outputs for generated images"),
        None => println!("  proof       none; `dim quantize` writes one"),
    }
    println!("  file        {:>10} bytes, of which {} weights", inspection.file_bytes, inspection.weight_bytes);
    println!("  arena       {:>10} bytes, scratch {} bytes", inspection.arena_bytes, inspection.scratch_bytes);
    println!("  work        {:>10} multiply-accumulates an image", inspection.macs);
    println!("\n  {:>5}  {:<20} {:>12} {:>11} {:>13}", "layer", "operator", "output", "MAC", "weight bytes");
    for layer in &inspection.layers {
        let output = shape(layer.output_shape);
        println!(
            "  {:>5}  {:<20} {output:>12} {:>11} {:>13}",
            layer.index,
            layer.operator(),
            layer.macs,
            layer.weight_bytes
        );
    }
    println!("\n  {:<12} {:>6} {:>12} {:>12} {:>11}", "tap", "tensor", "shape", "scale", "zero point");
    for tap in &inspection.taps {
        println!(
            "  {:<12} {:>6} {:>12} {:>12.6} {:>11}",
            tap.name,
            tap.tensor,
            shape(tap.shape),
            tap.scale,
            tap.zero_point
        );
    }
}
