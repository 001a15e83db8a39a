//! From images to a run folder.

mod batches;
mod bench;
mod checkpoint;
mod device_encoder;
mod epochs_done;
mod fine_tuning;
mod imported;
mod loss;
mod metrics;
mod noise_targets;
mod progress;
mod replicas;
mod run;
mod step;
mod train;

pub use bench::{StepCost, measure_steps};
pub use epochs_done::EpochsDone;
pub use fine_tuning::FineTuning;
pub use imported::Imported;
pub use metrics::Metrics;
pub use progress::{Progress, Silent, Span, progress};
pub use run::{DatasetInfo, Run};
pub use train::{Outcome, Timing, train};
