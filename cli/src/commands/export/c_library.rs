//! `dim export --format c-library`: a folder for programs of C.

use std::process::ExitCode;

use dim_host::c_library::CLibrary;
use dim_host::persist;
use dim_model_format::Model;
use serde::Serialize;

use crate::arguments::ExportArgs;
use crate::commands::output::print_json;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Summary<'a> {
    format: &'static str,
    target: &'a str,
    identity: String,
    files: Vec<Written>,
}

#[derive(Debug, Serialize)]
struct Written {
    /// In the folder, with slashes.
    path: String,
    bytes: usize,
}

pub(super) fn run(args: &ExportArgs, model: &Model<'_>, file: &[u8]) -> anyhow::Result<ExitCode> {
    let target = args.target.as_deref().unwrap_or_default();
    let files = CLibrary::locate(args.capi.as_deref(), target)?.export(model, file)?;
    let mut written = Vec::new();
    for (path, bytes) in files {
        persist::write(&args.out.join(&path), &bytes)?;
        written.push(Written { path, bytes: bytes.len() });
    }
    let summary = Summary { format: "c-library", target, identity: model.identity().to_string(), files: written };
    if args.json {
        print_json(&summary)?;
    } else {
        println!("wrote {}, encoder {} for {target}", args.out.display(), summary.identity);
        for Written { path, bytes } in &summary.files {
            println!("  {path:<40} {bytes:>10} bytes");
        }
    }
    Ok(ExitCode::SUCCESS)
}
