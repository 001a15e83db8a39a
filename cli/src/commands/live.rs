//! `dim look`: a page that computes an encoder in the browser.

use std::process::ExitCode;

use anyhow::Context;
use dim_host::persist;
use dim_host::report::{examples, render_live};
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
