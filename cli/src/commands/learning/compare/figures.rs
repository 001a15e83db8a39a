//! The paper's figures, from `assets/paper-figures.toml`.

use dim_host::representation::Classifier;
use serde::Deserialize;

/// All tables.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Figures {
    pub(super) source: String,
    pub(super) tables: Vec<AccuracyFigures>,
    pub(super) measures: Vec<MeasureFigures>,
}

/// Accuracies of one classifier on one data set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccuracyFigures {
    /// Names of the data.
    pub(super) datasets: Vec<String>,
    pub(super) encoder: String,
    pub(super) epochs: usize,
    pub(super) classifier: Classifier,
    /// Where the figures were read.
    pub(super) provenance: String,
    /// Whether rows differ in tasks beside the objective.
    #[serde(default)]
    pub(super) extra_tasks: bool,
    pub(super) rows: Vec<AccuracyFigure>,
}

/// One method, percent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccuracyFigure {
    pub(super) name: String,
    pub(super) objectives: Vec<String>,
    /// Tasks beside the objective, in a table of them.
    pub(super) tasks: Option<Vec<Task>>,
    pub(super) conv: Option<f64>,
    pub(super) fc: Option<f64>,
    pub(super) embedding: Option<f64>,
    /// Of several machines, at the three taps.
    #[serde(default)]
    pub(super) deviations: Vec<f64>,
}

/// What an encoder learns beside its objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Task {
    /// Where cells lie, absolutely or from one another.
    Coordinates,
    /// Local features of what its embedding has not seen.
    Occlusion,
}

/// Measures of the embedding on one data set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MeasureFigures {
    /// Names of the data.
    pub(super) datasets: Vec<String>,
    pub(super) encoder: String,
    pub(super) epochs: usize,
    /// Where the figures were read.
    pub(super) provenance: String,
    pub(super) rows: Vec<MeasureFigure>,
}

/// One method; information and dependency in nats.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MeasureFigure {
    pub(super) name: String,
    pub(super) objectives: Vec<String>,
    pub(super) ms_ssim: Option<f64>,
    pub(super) information: Option<f64>,
    pub(super) dependency: Option<f64>,
    pub(super) dependency_without_sigmoid: Option<f64>,
}

impl Figures {
    /// The file in this program.
    pub(super) fn of_the_paper() -> Self {
        toml::from_str(include_str!("../../../../assets/paper-figures.toml"))
            .expect("a test reads the file that is in this program")
    }
}

/// Whether a row of the paper with `objectives` is about runs of `kind`.
pub(super) fn is_about(objectives: &[String], kind: &str) -> bool {
    objectives.iter().any(|name| if name.ends_with('-') { kind.starts_with(name) } else { kind == name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_holds_the_papers_tables() {
        let figures = Figures::of_the_paper();
        let mlp = |dataset: &str| {
            let mut tables = figures.tables.iter().filter(|table| table.classifier == Classifier::Mlp);
            tables.find(|table| table.datasets.iter().any(|name| name == dataset)).unwrap()
        };
        assert_eq!([mlp("cifar10").epochs, mlp("cifar100").epochs, mlp("stl10").epochs], [1000, 1000, 200]);
        assert_eq!(mlp("tiny-imagenet-200").rows.len(), 8);
        for table in &figures.tables {
            let numbers = table.rows.iter().flat_map(|row| [row.conv, row.fc, row.embedding]).flatten();
            let lowest = if table.datasets[0].starts_with("tiny") { 1.0 } else { 9.0 };
            assert!(numbers.into_iter().all(|percent| (lowest..80.0).contains(&percent)), "{:?}", table.datasets);
            let is_svm = table.classifier == Classifier::Svm;
            assert!(table.rows.iter().all(|row| row.deviations.len() == if is_svm { 3 } else { 0 }));
            assert!(table.rows.iter().all(|row| row.tasks.is_some() == table.extra_tasks));
        }
        assert!(figures.measures[0].rows.iter().all(|row| row.ms_ssim.is_some_and(|likeness| likeness < 1.0)));
    }

    #[test]
    fn rows_find_their_runs_and_no_others() {
        let figures = Figures::of_the_paper();
        let names = |kind: &str| -> Vec<&str> {
            let rows = figures.tables[0].rows.iter().filter(|row| is_about(&row.objectives, kind));
            rows.map(|row| row.name.as_str()).collect()
        };
        for (kind, row) in [
            ("supervised", "Fully supervised"),
            ("vae", "VAE"),
            ("aae", "AAE"),
            ("bigan", "BiGAN"),
            ("nat", "NAT"),
            ("dim-global-jsd", "DIM(G)"),
            ("dim-local-jsd", "DIM(L) JSD"),
            ("dim-local-infonce", "DIM(L) infoNCE"),
        ] {
            assert_eq!(names(kind), [row], "{kind}");
        }
        for kind in ["beta-vae", "autoencoder", "cpc", "dim-local-dv", "dim-local-global-jsd"] {
            assert!(names(kind).is_empty(), "{kind}");
        }
    }
}
