//! `dim look`: a page that computes an encoder in the browser.

use std::process::ExitCode;

use anyhow::{Context, ensure};
use dim_host::data::{Dataset, Images};
use dim_host::persist;
use dim_host::report::{Example, render_live};
use dim_host::representation::encode_all;
use dim_model_format::Model;
use serde::Serialize;

use super::input::{open_pictures, read, unusable};
use super::output::print_json;
use crate::arguments::LiveArgs;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Summary {
    page: String,
    identity: String,
    examples: usize,
    bytes: usize,
}

/// More examples make the page slow to open.
const MOST_EXAMPLES: usize = 400;

pub(super) fn run(args: &LiveArgs) -> anyhow::Result<ExitCode> {
    let file = read(&args.file)?;
    let model = Model::parse(&file).with_context(|| unusable(&args.file))?;
    let examples = match &args.images {
        Some(source) => examples(&model, &open_pictures(source, &args.reading, &args.file, &model)?, args.count)?,
        None => Vec::new(),
    };
    let out = args.out.clone().unwrap_or_else(|| args.file.with_extension("html"));
    let page = render_live(&file, &examples)?;
    persist::write(&out, page.as_bytes())?;
    let summary = Summary {
        page: out.display().to_string(),
        identity: model.identity().to_string(),
        examples: examples.len(),
        bytes: page.len(),
    };
    if args.json {
        print_json(&summary)?;
    } else {
        println!("wrote {}: {} examples, {} bytes", summary.page, summary.examples, summary.bytes);
        println!("  open it in a browser: it computes there, without a network");
        if args.images.is_none() {
            println!("  --images FOLDER puts pictures into it, to compare others with");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The first images of each class that were held out or, where none were, of those to learn from.
fn examples(model: &Model<'_>, dataset: &Dataset, count: usize) -> anyhow::Result<Vec<Example>> {
    let images = dataset.shown();
    let labels = images.labels.as_deref();
    let classes = if labels.is_some() { dataset.classes.len() } else { 1 };
    let mut taken = vec![0; classes];
    let mut chosen: Vec<usize> = Vec::new();
    for index in 0..images.len() {
        let class = labels.map_or(0, |labels| usize::from(labels[index]));
        if taken[class] < count {
            taken[class] += 1;
            chosen.push(index);
        }
    }
    ensure!(
        chosen.len() <= MOST_EXAMPLES,
        "--count {count}: {} examples of {classes} classes, {MOST_EXAMPLES} are the most; give a smaller one",
        chosen.len()
    );
    if let Some(labels) = labels {
        chosen.sort_by_key(|index| labels[*index]);
    }
    let pixels = chosen.iter().flat_map(|index| images.image(*index)).copied().collect();
    let shown = Images { pixels, ..Images::none(images.shape) };
    let embeddings = encode_all(model, &shown, |output| output.embedding().values.to_vec())?;
    let example = |(at, embedding): (usize, Vec<i8>)| Example {
        class: labels.map_or_else(String::new, |labels| dataset.classes[usize::from(labels[chosen[at]])].clone()),
        pixels: shown.image(at).to_vec(),
        embedding,
    };
    Ok(embeddings.into_iter().enumerate().map(example).collect())
}
