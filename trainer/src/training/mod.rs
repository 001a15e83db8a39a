//! From images to a run folder.

mod average;
mod batches;
mod bench;
mod checkpoint;
mod clip;
mod clusters;
mod device_encoder;
mod health;
mod loss;
mod metrics;
mod neighbours;
mod noise_targets;
mod position;
mod progress;
mod random;
mod replicas;
mod run;
mod shard;
mod step;
mod teacher;
#[cfg(test)]
mod tests;
mod timing;
mod train;
mod whitened;

pub use bench::{StepCost, measure_steps};
pub use metrics::Metrics;
pub use progress::{Progress, Silent, Span, progress};
pub use run::{Clustered, DatasetInfo, EncoderWeights, EpochsDone, FineTuning, Imported, Run, TaughtBy};
pub use timing::Timing;
pub use train::{Outcome, train};
