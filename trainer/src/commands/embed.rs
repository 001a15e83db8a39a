//! `dim embed`: embeddings of many images, computed by the device's arithmetic on this machine.

use std::process::ExitCode;

use anyhow::{Context, ensure};
use dim_model_format::Model;
use npyz::WriterBuilder;
use serde::Serialize;

use super::{open_images, print_json, read, unusable};
use crate::cli::{EmbedArgs, Split};
use crate::evaluation::{encode_all, real};
use crate::persist;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Summary {
    images: usize,
    units: usize,
    identity: String,
    scale: f32,
    zero_point: i8,
    codes: bool,
}

pub(super) fn run(args: &EmbedArgs) -> anyhow::Result<ExitCode> {
    let file = read(&args.file)?;
    let model = Model::parse(&file).with_context(|| unusable(&args.file))?;
    let dataset = open_images(&args.images, &args.file, &model)?;
    let images = match args.split {
        None => dataset.shown(),
        Some(Split::Train) => &dataset.train,
        Some(Split::Unlabelled) => &dataset.unlabelled,
        Some(Split::Test) => &dataset.test,
    };
    ensure!(!images.is_empty(), "{} has no such images; choose another --split", args.images);
    let quantization = model
        .tap(dim_model_format::TapKind::Embedding)
        .map(|id| model.tensor(id))
        .context("every model has an embedding")?;
    let units = usize::from(quantization.shape.channels);
    let shape = [images.len() as u64, units as u64];
    let bytes = if args.codes {
        let rows = encode_all(&model, images, |output| output.embedding().values.to_vec())?;
        npy(&shape, rows.concat())?
    } else {
        let rows = encode_all(&model, images, |output| real(output.embedding()))?;
        npy(&shape, rows.concat())?
    };
    persist::write(&args.out, &bytes)?;
    let summary = Summary {
        images: images.len(),
        units,
        identity: model.identity().to_string(),
        scale: quantization.quantization.scale,
        zero_point: quantization.quantization.zero_point,
        codes: args.codes,
    };
    if args.json {
        print_json(&summary)?;
    } else {
        println!("wrote {}: {} embeddings of {units} units", args.out.display(), images.len());
        println!("  identity {}  scale {}  zero point {}", summary.identity, summary.scale, summary.zero_point);
    }
    Ok(ExitCode::SUCCESS)
}

/// A NumPy file in memory, so that it can be written whole or not at all.
fn npy<T: npyz::AutoSerialize>(shape: &[u64], values: Vec<T>) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut writer = npyz::WriteOptions::new().default_dtype().shape(shape).writer(&mut bytes).begin_nd()?;
    writer.extend(values)?;
    writer.finish()?;
    Ok(bytes)
}
