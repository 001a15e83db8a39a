//! `dim data look`: what is read of a data set, and what is not.

use std::process::ExitCode;

use anyhow::Context;
use dim_host::data::{Look, Reading};
use dim_host::{persist, report};
use dim_model_format::Model;

use super::input::{look_at, read, unusable};
use super::output::print_json;
use crate::arguments::LookArgs;

pub(super) fn run(args: &LookArgs) -> anyhow::Result<ExitCode> {
    let shape = match &args.encoder {
        Some(path) => Some(Model::parse(&read(path)?).with_context(|| unusable(path))?.input_shape()),
        None => args.shape,
    };
    let (levels, skip_damaged) = (args.reading.levels, args.reading.skip_damaged);
    let (dataset, look) = look_at(&args.data, &Reading { shape, limit: args.limit, levels, skip_damaged })?;
    if let Some(path) = &args.report {
        persist::write(path, report::render_data(&dataset, &look)?.as_bytes())?;
    }
    if args.json {
        print_json(&look)?;
    } else {
        print(&look);
        if let Some(path) = &args.report {
            println!("  report         {}  open it in a browser", path.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn print(look: &Look) {
    println!("{}", look.name);
    for (name, value) in look.facts() {
        println!("  {name:<14} {value}");
    }
    if !look.classes.is_empty() {
        let width = look.classes.iter().map(|class| class.name.chars().count()).max().unwrap_or(0).max(14);
        println!("\n  {:<width$} {:>13} {:>9}", "class", "to learn from", "held out");
        for class in &look.classes {
            println!("  {:<width$} {:>13} {:>9}", class.name, class.train, class.test);
        }
    }
    if !look.passed_over.is_empty() {
        println!("\n  passed over");
        for group in &look.passed_over {
            let dots = if group.names.len() < group.count { ", …" } else { "" };
            println!("  {:>8} {}: {}{dots}", group.count, group.why, group.names.join(", "));
        }
    }
    if !look.notes.is_empty() || !look.warnings.is_empty() {
        println!();
    }
    look.notes.iter().for_each(|note| println!("  note: {note}"));
    look.warnings.iter().for_each(|warning| println!("  look at this: {warning}"));
}
