//! The measures as text, each with its tap, classifier, epochs and seed.

use dim_host::representation::Measurement;

use super::classifiers::{classifiers, explain, rows};
use super::evaluation::Evaluation;
use super::measures::measures;

pub(super) fn print(evaluation: &Evaluation) {
    let Evaluation { encoder, objective, dataset, training, .. } = evaluation;
    println!("{encoder}, {objective}, {training}");
    println!(
        "classifiers learned on {} images of {dataset}, accuracy on {} held out",
        evaluation.train_images, evaluation.test_images
    );
    let classifiers = classifiers(&evaluation.measurements);
    print!("\n  {:<12} {:<11}", "features", "tap");
    classifiers.iter().for_each(|classifier| print!(" {:>15}", classifier.title()));
    println!();
    for row in rows(&evaluation.measurements) {
        let tap = if row[0].tap == "pixels" { "" } else { row[0].tap };
        print!("  {:<12} {tap:<11}", row[0].features.replace('_', " "));
        for Measurement { accuracy, deviation, runs, .. } in row {
            let percent = format!("{:.1} %", accuracy * 100.0);
            let spread = if *runs > 1 { format!(" ± {:<4.2}", deviation * 100.0) } else { " ".repeat(7) };
            print!(" {percent:>8}{spread}");
        }
        println!();
    }
    println!();
    for (classifier, how) in explain(evaluation) {
        println!("  {classifier:<6}  {how}");
    }
    if let Some(paper) = &evaluation.paper {
        println!();
        for measure in measures(paper) {
            println!("  {:<30} {:<32} {}", measure.name, measure.value, measure.settings);
        }
    }
}
