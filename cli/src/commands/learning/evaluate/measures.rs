//! What the paper suite measures, as the page and the text say it.

use dim_host::report::Measure;
use dim_trainer::evaluation::Information;

use super::evaluation::Paper;

/// All beside accuracies of classifiers on frozen features.
pub(super) fn measures(paper: &Paper) -> Vec<Measure> {
    let Paper { fine_tuning, reconstruction, mutual_information, neural_dependency, .. } = paper;
    let measure = |name: &str, value: String, settings: String, meaning: &str| Measure {
        name: name.to_owned(),
        value,
        settings,
        meaning: meaning.to_owned(),
    };
    let nats = |information: Information| format!("{:.3} nats", information.held_out_nats);
    let similarity = |value: Option<f64>| value.map_or("image too small".to_owned(), |value| format!("{value:.4}"));
    let decoder = format!("embedding, decoder of {} epochs, seed {}", reconstruction.epochs, reconstruction.seed);
    let scales = reconstruction.ms_ssim_scale_weights.len();
    let dependency = |information: Information| {
        format!(
            "embedding, {} epochs, mean over the last {}, seed {}, {:.3} nats in training",
            neural_dependency.epochs, neural_dependency.averaged_epochs, neural_dependency.seed, information.nats
        )
    };
    vec![
        measure(
            "Fine-tuning, trained",
            format!("{:.1} %", fine_tuning.trained * 100.0),
            format!(
                "conv and MLP, {} labels, {} epochs, mean over the last {}, seed {}",
                fine_tuning.labels, fine_tuning.epochs, fine_tuning.averaged_epochs, fine_tuning.seed
            ),
            "Accuracy after training the whole encoder with few labels.",
        ),
        measure(
            "Fine-tuning, untrained",
            format!("{:.1} %", fine_tuning.untrained * 100.0),
            "the same labels, epochs and seed".to_owned(),
            "The same from random weights: what the labels alone give.",
        ),
        measure(
            "MS-SSIM",
            similarity(reconstruction.ms_ssim),
            format!("{decoder}, {scales} scales, range {}", reconstruction.dynamic_range),
            "Likeness of held-out images and their reconstructions; 1 is equal.",
        ),
        measure(
            "SSIM",
            similarity(reconstruction.ssim),
            format!("{decoder}, window 11, sigma 1.5, range {}", reconstruction.dynamic_range),
            "The same on one scale.",
        ),
        measure("Squared error", format!("{:.5}", reconstruction.mean_squared_error), decoder, "Of pixels in [0, 1]."),
        measure(
            "Mutual information",
            nats(mutual_information.information),
            format!(
                "image and embedding, {} epochs, mean over the last {}, seed {}, at most {:.2} nats, \
                 {:.3} of at most {:.2} in training",
                mutual_information.epochs,
                mutual_information.averaged_epochs,
                mutual_information.seed,
                mutual_information.held_out_ceiling_nats,
                mutual_information.information.nats,
                mutual_information.ceiling_nats
            ),
            "What the embedding tells of the image, a lower bound by MINE.",
        ),
        measure(
            "Dependency, with sigmoid",
            nats(neural_dependency.with_sigmoid),
            dependency(neural_dependency.with_sigmoid),
            "Dependence between units on held-out images; 0 is independent.",
        ),
        measure(
            "Dependency, without sigmoid",
            nats(neural_dependency.without_sigmoid),
            dependency(neural_dependency.without_sigmoid),
            "The same of the embedding as it is.",
        ),
    ]
}
