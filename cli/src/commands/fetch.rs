//! `dim data fetch`: a data set on the disk, every file checked.

use std::process::ExitCode;

use dim_host::data::fetch::fetch;

use super::output::print_json;
use crate::arguments::FetchArgs;

pub(super) fn run(args: &FetchArgs) -> anyhow::Result<ExitCode> {
    let fetched = fetch(args.name, &args.dir, &mut |line| eprintln!("{line}"))?;
    if args.json {
        print_json(&fetched)?;
    } else {
        let (written, kept) = (fetched.written.len(), fetched.kept.len());
        println!("{}: {written} files written, {kept} already there; every MD5 is right", fetched.folder.display());
        if let Some(licence) = fetched.licence {
            println!("licence: {licence}");
        }
    }
    Ok(ExitCode::SUCCESS)
}
