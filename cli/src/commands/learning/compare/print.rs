//! The tables as text.

use dim_host::representation::Classifier;

use super::comparison::Comparison;
use super::table::{Accuracies, Learned, Measures, Row, Source};

pub(super) fn print(comparison: &Comparison) {
    let Comparison { dataset, paper, tables, measures } = comparison;
    println!("accuracy on the test images of {dataset} in %; paper: {paper}");
    let has_paper = tables.iter().flat_map(|table| &table.rows).any(|row| row.source == Source::Paper);
    if !has_paper {
        println!("the paper has no figures for this data set");
    }
    for table in tables {
        let Some(classifier) = table.classifier else { continue };
        let tasks = if table.extra_tasks { ", with tasks beside the objective" } else { "" };
        println!("\n{}{tasks}{}", classifier.title(), read_in(table.provenance.as_ref()));
        heading(&["conv", "fc", "Y"].map(|tap| format!("{tap:>13}")).concat(), "classifier");
        table.rows.iter().for_each(|row| line(row, &accuracies(&row.numbers), &learned(row, classifier)));
        if table.rows.iter().all(|row| row.source == Source::Paper) {
            println!("  no run was measured with it: `dim evaluate RUN --suite paper`");
        }
    }
    if !measures.rows.is_empty() {
        println!(
            "\nOther measures of Y, in nats but for MS-SSIM; those of runs on held-out images{}",
            read_in(measures.provenance.as_ref())
        );
        heading(&["MS-SSIM", "I(X;Y)", "NDM", "NDM, raw Y"].map(|name| format!("{name:>12}")).concat(), "");
        measures.rows.iter().for_each(|row| line(row, &nats(&row.numbers), ""));
    }
}

fn read_in(provenance: Option<&String>) -> String {
    provenance.map_or_else(String::new, |provenance| format!("; the paper's figures as read in {provenance}"))
}

fn heading(numbers: &str, end: &str) {
    println!(
        "  {:<42} {:<20} {:<10} {:>8} {:>7} {:>5}{numbers}  {end}",
        "method", "run", "encoder", "epochs", "images", "seed"
    );
}

fn line<T>(row: &Row<T>, numbers: &str, end: &str) {
    let run = row.run.as_ref().map_or_else(String::new, |run| run.display().to_string());
    let run = if row.source == Source::Paper { "paper".to_owned() } else { run };
    let encoder = row.encoder.as_deref().unwrap_or_default();
    let images = row.train_images.map_or("all".to_owned(), |images| images.to_string());
    let seed = row.seed.map_or_else(String::new, |seed| seed.to_string());
    let epochs = match row.planned_epochs {
        Some(planned) => format!("{}/{planned}", row.epochs),
        None => row.epochs.to_string(),
    };
    let text = format!("  {:<42} {run:<20} {encoder:<10} {epochs:>8} {images:>7} {seed:>5}{numbers}  {end}", row.name);
    println!("{}", text.trim_end());
}

fn accuracies(of: &Accuracies) -> String {
    let taps = if of.pixels.is_some() { [of.pixels, None, None] } else { [of.conv, of.fc, of.embedding] };
    let cell = |(tap, accuracy): (usize, Option<f64>)| {
        let percent = accuracy.map_or("–".to_owned(), |accuracy| format!("{:.2}", accuracy * 100.0));
        let deviation =
            of.deviations.get(tap).map_or_else(String::new, |deviation| format!(" ±{:<4.2}", deviation * 100.0));
        format!("{percent:>7}{deviation:<6}")
    };
    taps.into_iter().enumerate().map(cell).map(|cell| format!("{cell:>13}")).collect()
}

fn nats(of: &Measures) -> String {
    let numbers = [of.ms_ssim, of.information, of.dependency, of.dependency_without_sigmoid];
    numbers.map(|number| format!("{:>12}", number.map_or("–".to_owned(), |number| format!("{number:.2}")))).concat()
}

/// How the classifier learned; of the paper's what it states.
fn learned(row: &Row<Accuracies>, classifier: Classifier) -> String {
    match (row.numbers.learned, classifier) {
        (None, Classifier::Mlp) => "mean over the last 100 epochs".to_owned(),
        (None, _) => "5 runs".to_owned(),
        (Some(_), Classifier::Knn) => String::new(),
        (Some(learned), _) => {
            let Learned { classifier_epochs, averaged_epochs, classifier_runs, classifier_seed } = learned;
            let averaged =
                if averaged_epochs > 1 { format!(", mean over the last {averaged_epochs}") } else { String::new() };
            let runs = if classifier_runs > 1 { format!(", {classifier_runs} runs") } else { String::new() };
            format!("{classifier_epochs} epochs{averaged}{runs}, seed {classifier_seed}")
        }
    }
}
