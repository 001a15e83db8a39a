//! `dim device PORT embed`

use std::process::ExitCode;

use anyhow::{Context, ensure};
use dim_host::device::AnyDevice;
use dim_host::embeddings::{Rows, Stored};
use dim_host::persist;
use dim_host::representation::encode_all;
use dim_model_format::Model;
use serde::Serialize;

use super::images::open;
use crate::arguments::DeviceEmbedArgs;
use crate::commands::input::{read, unusable};
use crate::commands::output::print_json;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Summary {
    identity: String,
    images: usize,
    units: usize,
    /// Bytes that are not those computed here; `None` if that was not asked for.
    different: Option<usize>,
}

pub(super) fn run(device: &mut AnyDevice, args: &DeviceEmbedArgs, json: bool) -> anyhow::Result<ExitCode> {
    let (identity, units) = (device.greeting().identity, device.greeting().units);
    let dataset = open(device, &args.images)?;
    let images = dataset.shown();
    let file = args.compare.as_deref().map(|path| Ok::<_, anyhow::Error>((path, read(path)?))).transpose()?;
    let expected = match &file {
        None => None,
        Some((path, file)) => {
            let model = Model::parse(file).with_context(|| unusable(path))?;
            ensure!(
                model.identity() == identity,
                "{} is encoder {}, the device runs {identity}; give it this one with `dim device PORT update`",
                path.display(),
                model.identity()
            );
            Some(encode_all(&model, images, |output| output.embedding().values.to_vec())?.concat())
        }
    };
    let mut codes = Vec::with_capacity(images.len() * units);
    for index in 0..images.len() {
        codes.extend(device.embed(images.image(index))?.0);
    }
    let different = expected.map(|expected| expected.iter().zip(&codes).filter(|(a, b)| a != b).count());
    if let Some(out) = &args.out {
        persist::write(out, &Stored { identity, shape: vec![units], rows: Rows::Codes(codes) }.to_npy())?;
    }
    let summary = Summary { identity: identity.to_string(), images: images.len(), units, different };
    if json {
        print_json(&summary)?;
    } else {
        println!("{} embeddings of {units} units", summary.images);
        if let Some(different) = different {
            println!("  {different} of {} bytes differ from those computed here", summary.images * units);
        }
    }
    Ok(if different.is_some_and(|different| different > 0) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
