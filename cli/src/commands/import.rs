//! `dim import`: a `.dim` file out of an int8 `.tflite` file.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use dim_conformance::oracle;
use dim_host::hexadecimal::hexadecimal;
use dim_host::persist;
use dim_model_format::{About, Model, Node, Quantization, Tensor, TensorId, prove};
use dim_tflite::{ImportOptions, Imported, LeftOut, Standardization, import_with};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::input::read;
use super::output::print_json;
use crate::arguments::ImportArgs;

/// Beyond this a model is for no microcontroller, and its proof would take hours: products and comparisons of an image,
/// and bytes of all its tensors.
const MOST_WORK: u64 = 1 << 34;
const MOST_MEMORY: u64 = 1 << 30;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Summary {
    identity: String,
    name: String,
    sha256: String,
    file_bytes: usize,
    macs: u64,
    arena_bytes: usize,
    layers: usize,
    input: TensorReport,
    outputs: Vec<TensorReport>,
    /// Operators at the borders that the encoder does without.
    left_out: Vec<OperatorReport>,
}

/// An int8 tensor at the border: `real = scale * (q - zero_point)`.
#[derive(Debug, Serialize)]
struct TensorReport {
    name: &'static str,
    /// Which tensor of the `.tflite` file it is; none of the input, whose shape may differ.
    tflite_tensor: Option<usize>,
    /// `[height, width, channels]`.
    shape: [u16; 3],
    scale: f32,
    zero_point: i8,
}

#[derive(Debug, Serialize)]
struct OperatorReport {
    operator: usize,
    name: String,
}

pub(super) fn run(args: &ImportArgs) -> anyhow::Result<ExitCode> {
    let bytes = read(&args.file)?;
    let sha256 = hexadecimal(&Sha256::digest(&bytes));
    let file_name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let name = Path::new(&args.file).file_stem().unwrap_or_default().to_string_lossy();
    let about = About {
        name: &name,
        producer: &format!("dim {}", env!("CARGO_PKG_VERSION")),
        objective: &format!("imported ({file_name}, sha256 {sha256})"),
        dataset: "unknown",
        epochs: 0,
        seed: 0,
    };
    let standardization = match (&args.mean, &args.std) {
        (Some(mean), Some(deviation)) => Some(Standardization { mean, deviation }),
        _ => None,
    };
    let options = ImportOptions { output: args.output.as_deref(), rounding: args.rounding.into(), standardization };
    let imported = import_with(&bytes, about, options).with_context(|| args.file.display().to_string())?;
    let model = Model::parse(&imported.file)?;
    check_size(&model).with_context(|| args.file.display().to_string())?;
    let file = prove(&imported.file, oracle::proof(&model))?;
    persist::write(&args.out, &file)?;
    let summary = summary(&Model::parse(&file)?, &imported, sha256);
    if args.json {
        print_json(&summary)?;
    } else {
        print(&summary, args);
    }
    Ok(ExitCode::SUCCESS)
}

fn check_size(model: &Model<'_>) -> anyhow::Result<()> {
    let area = |node: &Node| node.window().map_or(1, |window| window.kernel.map(u64::from).iter().product());
    let work = |(node, output): (Node, Tensor)| {
        model.node_macs(&node, output.shape).max(area(&node).saturating_mul(output.shape.elements()))
    };
    let work = model.layers().map(work).fold(0, u64::saturating_add);
    let memory = model.tensors().map(|tensor| tensor.shape.elements()).fold(0, u64::saturating_add);
    ensure!(
        work <= MOST_WORK && memory <= MOST_MEMORY,
        "an image takes {work} operations and {memory} bytes; only models of at most {MOST_WORK} and {MOST_MEMORY} are supported"
    );
    Ok(())
}

fn summary(model: &Model<'_>, imported: &Imported, sha256: String) -> Summary {
    let report = |name, tflite_tensor, id, Quantization { scale, zero_point }| {
        let shape = model.tensor(id).shape;
        TensorReport { name, tflite_tensor, shape: [shape.height, shape.width, shape.channels], scale, zero_point }
    };
    let outputs = imported.outputs.iter().filter_map(|(kind, tensor)| {
        let id = model.tap(*kind)?;
        Some(report(kind.name(), Some(*tensor), id, model.tensor(id).quantization))
    });
    let left_out = imported
        .left_out
        .iter()
        .map(|LeftOut { operator, name }| OperatorReport { operator: *operator, name: name.clone() });
    Summary {
        identity: model.identity().to_string(),
        name: model.about().name.to_owned(),
        sha256,
        file_bytes: model.file_bytes(),
        macs: model.macs(),
        arena_bytes: model.arena_bytes(),
        layers: model.nodes().count(),
        input: report("image", None, TensorId(0), imported.input),
        outputs: outputs.collect(),
        left_out: left_out.collect(),
    }
}

fn print(summary: &Summary, args: &ImportArgs) {
    let Summary { identity, sha256, file_bytes, macs, arena_bytes, layers, .. } = summary;
    println!("wrote {} ({file_bytes} bytes), encoder {identity}", args.out.display());
    println!("  from         {} (sha256 {sha256:.16})", args.file.display());
    println!("  {layers} layers, {macs} multiply-accumulates an image, {arena_bytes} bytes of arena");
    let tensor =
        |title: &str, TensorReport { shape: [height, width, channels], scale, zero_point, .. }: &TensorReport| {
            let shape = format!("{height}x{width}x{channels}");
            println!("  {title:<12} {shape:>12} int8, scale {scale:.6}, zero point {zero_point}");
        };
    tensor("input", &summary.input);
    summary.outputs.iter().for_each(|output| tensor(output.name, output));
    match args.mean {
        Some(_) => println!("  an image's bytes are pixels, of which a table makes the input's int8 numbers"),
        None => println!("  an image's bytes are the input's int8 numbers plus 128"),
    }
    for OperatorReport { operator, name } in &summary.left_out {
        println!("  left out     operator {operator}, {name}: the encoder is what is int8 between such operators");
    }
}

#[cfg(test)]
mod tests {
    use dim_model_format::{Clamp, ModelBuilder, Pool2d, Shape, TapKind, Window};

    use super::*;

    /// A file of a few hundred bytes.
    fn pooling(shape: Shape, kernel: u8) -> Vec<u8> {
        let mut builder = ModelBuilder::new(About::named("pooling"), shape);
        let window = Window::square(kernel, 1, 0);
        let map = builder.max_pool2d(Pool2d { input: builder.input(), window, clamp: Clamp::NONE });
        builder.tap(TapKind::Embedding, map);
        builder.finish().unwrap()
    }

    #[test]
    fn a_small_file_cannot_ask_for_hours() {
        let check = |shape, kernel| check_size(&Model::parse(&pooling(shape, kernel)).unwrap());
        assert!(check(Shape::new(96, 96, 16), 5).is_ok());
        let work = check(Shape::new(1000, 1000, 1), 255).unwrap_err().to_string();
        assert!(work.starts_with("an image takes 36187452900 operations and"), "{work}");
        assert!(check(Shape::new(30_000, 30_000, 1), 1).is_err());
    }
}
