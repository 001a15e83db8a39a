//! `report.html`: one self-contained page about a run.

mod chart;
mod gallery;
mod page;

use crate::evaluation::Accuracy;

pub use page::render;

/// Everything that the page shows.
#[derive(Debug, Clone)]
pub struct Report {
    /// Headline.
    pub title: String,
    /// Name and value of the settings and sizes.
    pub facts: Vec<(String, String)>,
    /// One line in words on the outcome.
    pub verdict: String,
    /// Curves over training steps.
    pub curves: Vec<Curve>,
    /// Accuracies, in the order shown.
    pub accuracies: Vec<AccuracyRow>,
    /// The plane of test embeddings.
    pub map: Vec<MapPoint>,
    /// Name of each class.
    pub classes: Vec<String>,
    /// Local feature maps of a few images.
    pub similarities: Vec<Similarity>,
}

/// A line chart.
#[derive(Debug, Clone)]
pub struct Curve {
    /// Heading, with the unit.
    pub title: String,
    /// What the chart says, in a sentence.
    pub caption: String,
    /// A dashed horizontal line with its label.
    pub reference: Option<(f64, String)>,
    /// One line each: its label, and (step, value).
    pub lines: Vec<(String, Vec<(f64, f64)>)>,
}

/// A row of the table.
#[derive(Debug, Clone)]
pub struct AccuracyRow {
    /// Whose features.
    pub encoder: String,
    /// Which features.
    pub tap: String,
    /// Numbers of one image.
    pub width: usize,
    /// Probe accuracies.
    pub accuracy: Accuracy,
    /// Whether this is what the run made.
    pub ours: bool,
}

/// One test image on the map.
#[derive(Debug, Clone, Copy)]
pub struct MapPoint {
    /// Position, any unit.
    pub position: [f32; 2],
    /// Number of its class.
    pub class: u8,
}

/// An image and the likeness of its cells to one of them.
#[derive(Debug, Clone)]
pub struct Similarity {
    /// Name of its class.
    pub class: String,
    /// `[height, width, channels]` of the image.
    pub shape: [usize; 3],
    /// Raw pixels.
    pub pixels: Vec<u8>,
    /// `[height, width]` of the feature map.
    pub grid: [usize; 2],
    /// For each query: its cell, and the cosine similarity of every cell with it.
    pub maps: Vec<(usize, Vec<f32>)>,
}
