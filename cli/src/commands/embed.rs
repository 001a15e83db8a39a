//! `dim embed`: embeddings of many images, computed by the device's arithmetic on this machine.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, ensure};
use dim_host::embeddings::{Rows, Stored};
use dim_host::persist;
use dim_host::representation::{Views, encode_all, mean_embeddings, real};
use dim_model_format::{Model, TapKind};
use serde::Serialize;

use super::input::{open_pictures, read, unusable};
use super::output::print_json;
use crate::arguments::{EmbedArgs, Split};

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Summary {
    images: usize,
    /// Numbers of an embedding.
    units: usize,
    /// Its extents: `[units]`, or `[height, width, channels]` of a map.
    shape: Vec<usize>,
    identity: String,
    scale: f32,
    zero_point: i8,
    codes: bool,
    /// What they are means of, if not of the images alone.
    mean_of: Option<Views>,
    /// Those that were in the file before, too.
    stored: usize,
    /// How quickly they were computed, by all cores.
    images_per_second: f64,
}

pub(super) fn run(args: &EmbedArgs) -> anyhow::Result<ExitCode> {
    let file = read(&args.file)?;
    let model = Model::parse(&file).with_context(|| unusable(&args.file))?;
    let out = args.out.display();
    let dataset = open_pictures(&args.images, &args.reading, &args.file, &model)?;
    let images = match args.split {
        None => dataset.shown(),
        Some(Split::Train) => &dataset.train,
        Some(Split::Unlabelled) => &dataset.unlabelled,
        Some(Split::Test) => &dataset.test,
    };
    ensure!(!images.is_empty(), "{} has no such images; choose another --split", args.images);
    let embedding = model.tap(TapKind::Embedding).context("every model has an embedding")?;
    let embedding = model.tensor(embedding);
    let shape = match [embedding.shape.height, embedding.shape.width, embedding.shape.channels].map(usize::from) {
        [1, 1, units] => vec![units],
        map => map.to_vec(),
    };
    let (identity, empty) = (model.identity(), if args.codes { Rows::Codes(vec![]) } else { Rows::Real(vec![]) });
    let mut stored = Stored { identity, shape: shape.clone(), rows: empty };
    if args.append && args.out.exists() {
        let mut earlier = Stored::from_npy(&read(&args.out)?).with_context(|| out.to_string())?;
        // Tells before anything is computed whether they go together.
        earlier.append(&stored).with_context(|| out.to_string())?;
        stored = earlier;
    }
    let start = Instant::now();
    let rows = if args.codes {
        Rows::Codes(encode_all(&model, images, |output| output.embedding().values.to_vec())?.concat())
    } else if let Some(views) = args.mean_of {
        Rows::Real(mean_embeddings(&model, images, views)?)
    } else {
        Rows::Real(encode_all(&model, images, |output| real(output.embedding()))?.concat())
    };
    let images_per_second = images.len() as f64 / start.elapsed().as_secs_f64();
    stored.append(&Stored { identity, shape: shape.clone(), rows })?;
    persist::write(&args.out, &stored.to_npy())?;
    let summary = Summary {
        images: images.len(),
        units: shape.iter().product(),
        shape,
        identity: identity.to_string(),
        scale: embedding.quantization.scale,
        zero_point: embedding.quantization.zero_point,
        codes: args.codes,
        mean_of: args.mean_of,
        stored: stored.len(),
        images_per_second,
    };
    if args.json {
        print_json(&summary)?;
    } else {
        let units = match summary.shape.as_slice() {
            [height, width, channels] => format!("maps of {height}x{width}x{channels}"),
            _ => format!("embeddings of {} units", summary.units),
        };
        let of_views = args.mean_of.map_or(String::new(), |views| format!(", means of {} views", views.count()));
        println!("wrote {out}: {} {units}{of_views}, {} in all", images.len(), stored.len());
        println!("  {images_per_second:.0} images a second");
        println!("  identity {}  scale {}  zero point {}", summary.identity, summary.scale, summary.zero_point);
    }
    Ok(ExitCode::SUCCESS)
}
