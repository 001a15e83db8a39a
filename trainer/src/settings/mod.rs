//! What a run is told: every setting of its `config.toml`, and which of them go together.

mod arithmetic;
mod augmentations;
mod clusters;
mod critics;
mod encoder;
mod estimator;
mod file;
mod initialization;
mod integers;
mod local_maps;
mod method;
mod names;
mod precision;
mod prior;
mod prior_matching;
mod rate;
mod recipe;
mod schedule;
mod teacher;
mod train_config;
mod validate;
mod validate_views;
mod views;

pub use arithmetic::Arithmetic;
pub use critics::{GlobalCriticKind, LocalCriticKind};
pub use estimator::Estimator;
pub use initialization::Initialization;
pub use integers::{Integers, WeightBits};
pub use method::Method;
pub use precision::Precision;
pub use prior::Prior;
pub use prior_matching::{PriorMatching, PriorUpdates};
pub use recipe::Recipe;
pub use schedule::Schedule;
pub use train_config::TrainConfig;
pub use views::Views;
