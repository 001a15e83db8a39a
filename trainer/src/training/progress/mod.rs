//! What a person sees while a run goes on.

mod dashboard;
mod lines;
mod sparkline;
mod standard_error;
mod watcher;

pub use standard_error::progress;
pub use watcher::{Progress, Silent, Span};
