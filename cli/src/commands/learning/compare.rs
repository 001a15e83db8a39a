//! `dim compare`: the paper's tables with runs of one's own beside.

mod comparison;
mod evaluated;
mod figures;
mod print;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::ensure;

use self::comparison::Comparison;
use self::evaluated::Evaluated;
use self::figures::Figures;
use self::table::{measures, tables};
use crate::arguments::CompareArgs;
use crate::commands::output::print_json;

pub(super) fn run(args: &CompareArgs) -> anyhow::Result<ExitCode> {
    let runs = args.runs.iter().map(|run| Evaluated::read(run)).collect::<anyhow::Result<Vec<_>>>()?;
    let dataset = one_dataset(&runs)?;
    let figures = Figures::of_the_paper();
    let comparison = Comparison {
        tables: tables(&figures, dataset, &runs),
        measures: measures(&figures, dataset, &runs),
        dataset: dataset.to_owned(),
        paper: figures.source,
    };
    if args.json {
        print_json(&comparison)?;
    } else {
        print::print(&comparison);
    }
    Ok(ExitCode::SUCCESS)
}

/// The data set of all runs.
fn one_dataset(runs: &[Evaluated]) -> anyhow::Result<&str> {
    let first = &runs[0];
    for run in runs {
        let [here, there]: [&PathBuf; 2] = [&first.run, &run.run];
        ensure!(
            run.dataset == first.dataset && run.test_images == first.test_images,
            "{} was measured on {} test images of {}, {} on {} of {}; compare runs of one data set",
            here.display(),
            first.test_images,
            first.dataset,
            there.display(),
            run.test_images,
            run.dataset
        );
    }
    Ok(&first.dataset)
}
