//! From images to a run folder.

mod batches;
mod bench;
mod checkpoint;
mod config;
mod epochs_done;
mod imported;
mod loss;
mod method;
mod metrics;
mod noise_targets;
mod progress;
mod replicas;
mod run;
mod step;
mod train;

pub use bench::{StepCost, measure_steps};
pub use config::{PriorMatching, PriorUpdates, TrainConfig, Views};
pub use epochs_done::EpochsDone;
pub use imported::Imported;
pub use method::Method;
pub use metrics::Metrics;
pub use progress::{Progress, Silent, Span, progress};
pub use run::{DatasetInfo, Run};
pub use train::{Outcome, Timing, train};
