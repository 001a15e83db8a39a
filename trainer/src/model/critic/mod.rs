//! The critics: they score pairs of an embedding and a local feature, high where both come from one image.
//!
//! Every critic first encodes embeddings and cells apart, once each, and then scores all pairs.

mod comparison;
mod concatenate;
mod dot_product;
mod encoded;
mod float;
mod global;
mod local;
mod projector;
mod teacher;
mod view;

pub use comparison::Comparison;
pub use concatenate::Concatenate;
pub use dot_product::{DotProduct, LastConv, Residual};
pub use encoded::{Critic, Encoded};
pub use float::{FloatBranch, FloatCritic};
pub use global::GlobalCritic;
pub use local::LocalCritic;
pub use teacher::TeacherCritic;
pub use view::ViewCritic;

#[cfg(test)]
mod tests;
