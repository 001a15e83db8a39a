//! What a page shows: numbers, names and pixels, none of it HTML yet.

use super::live::Live;

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
    /// Accuracies of classifiers, where they were measured.
    pub accuracies: Option<AccuracyTable>,
    /// Which classes were taken for which.
    pub confusions: Vec<ConfusionMatrix>,
    /// Other measures, in the order shown.
    pub measures: Vec<Measure>,
    /// The plane of test embeddings.
    pub map: Vec<MapPoint>,
    /// Whose embeddings the map shows, in a few words.
    pub map_of: String,
    /// Whether training saw the classes that colour it, if that is known.
    pub saw_classes: Option<bool>,
    /// Name of each class.
    pub classes: Vec<String>,
    /// The encoder, to be tried in the page.
    pub live: Option<Live>,
    /// Local feature maps of a few images.
    pub similarities: Vec<Similarity>,
    /// Images with those that their embeddings hold to be alike.
    pub neighbours: Vec<NeighbourRow>,
    /// Images with what a decoder draws from their embeddings.
    pub reconstructions: Vec<[Picture; 2]>,
    /// Name and value of every setting.
    pub settings: Vec<(String, String)>,
}

/// Raw pixels to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// `[height, width, channels]`, 1 or 3 channels.
    pub shape: [usize; 3],
    /// As the shape says.
    pub pixels: Vec<u8>,
}

/// An image and the images nearest to it.
#[derive(Debug, Clone)]
pub struct NeighbourRow {
    /// Name of its class.
    pub class: String,
    /// The image.
    pub query: Picture,
    /// The nearest first, and whether each is of the same class.
    pub nearest: Vec<(Picture, bool)>,
}

/// A number that is no accuracy.
#[derive(Debug, Clone)]
pub struct Measure {
    /// What is measured.
    pub name: String,
    /// The number with its unit.
    pub value: String,
    /// How it was obtained: tap, epochs, seed.
    pub settings: String,
    /// How to read it.
    pub meaning: String,
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

/// Rows of features by columns of classifiers.
#[derive(Debug, Clone)]
pub struct AccuracyTable {
    /// Heading of each classifier.
    pub columns: Vec<String>,
    /// In the order shown.
    pub rows: Vec<AccuracyRow>,
    /// Name and settings of each classifier.
    pub notes: Vec<(String, String)>,
}

/// Which classes a classifier took for which.
#[derive(Debug, Clone)]
pub struct ConfusionMatrix {
    /// Heading: who classified what.
    pub title: String,
    /// Accuracy that counts every class alike, 0 to 1.
    pub mean_over_classes: f64,
    /// Name of each class.
    pub classes: Vec<String>,
    /// Images of each class by the class that they were taken for, `[classes][classes]`.
    pub counts: Vec<Vec<usize>>,
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
    /// For each column the accuracy, 0 to 1, and its deviation over several runs if there were.
    pub accuracies: Vec<(f64, Option<f64>)>,
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
