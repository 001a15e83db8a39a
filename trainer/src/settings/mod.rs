//! What a run is told: every setting of its `config.toml`, and which of them go together.

mod arithmetic;
mod file;
mod method;
mod train_config;
mod validate;

pub use arithmetic::Arithmetic;
pub use method::Method;
pub use train_config::{PriorMatching, PriorUpdates, TrainConfig, Views};
