//! `report.html`: one self-contained page about a run, or about a data set.

mod base64;
mod chart;
mod confusion;
mod content;
mod data_set;
mod escape;
mod examples;
mod frame;
mod gallery;
mod live;
mod novelty;
mod page;
mod picture;
mod table;

pub use content::{
    AccuracyRow, AccuracyTable, ConfusionMatrix, Curve, MapPoint, Measure, NeighbourRow, Picture, Report, Similarity,
};
pub use data_set::render_data;
pub use examples::examples;
pub(crate) use live::CONFORM_SCRIPT;
pub use live::{Example, Live, MODULE, MODULE_WITH_VECTORS, render_live};
pub use novelty::{NovelPicture, NovelPictures, NoveltyReport, render_novelty};
pub use page::render;
pub use picture::shown;
