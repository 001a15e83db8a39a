//! The measures as text, each with its tap, classifier, epochs and seed.

use dim_host::representation::Measurement;

use super::classifiers::{classifiers, explain, rows};
use super::evaluation::Evaluation;
use super::measures::measures;

/// Accuracies that count every class alike.
fn embedding_means(measurements: &[Measurement]) -> Vec<String> {
    let of_trained = measurements.iter().filter(|measurement| measurement.features == "trained");
    let mean = |measurement: &Measurement| {
        measurement.confusion.as_ref()?;
        let percent = measurement.mean_over_classes? * 100.0;
        Some(format!("{} {percent:.1} %", measurement.classifier.title()))
    };
    of_trained.filter_map(mean).collect()
}

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
    println!("\n  always answering the largest class is right for {:.1} %", evaluation.largest_class_share * 100.0);
    let means = embedding_means(&evaluation.measurements);
    println!("  mean over classes at the embedding: {}", means.join(", "));
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
