//! `report.html`: one self-contained page about a run.

mod chart;
mod confusion;
mod content;
mod escape;
mod gallery;
mod page;
mod picture;
mod table;

pub use content::{
    AccuracyRow, AccuracyTable, ConfusionMatrix, Curve, MapPoint, Measure, NeighbourRow, Picture, Report, Similarity,
};
pub use page::render;
