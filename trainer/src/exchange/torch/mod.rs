//! Weights from files of `torch.save`, without PyTorch and without running what a pickle asks for.
//!
//! | file | what it knows |
//! |---|---|
//! | `pickle` | the values that a pickle describes |
//! | `archive` | the containers of PyTorch before and since 1.6 |
//! | `tensors` | which values are tensors, and their names |
//! | `rename` | the patterns of `--map` |
//! | `modules` | which tensors make a layer |
//! | `assign` | which layer of an encoder each is |
//! | `normalization` | how pixels were scaled |

mod archive;
mod assign;
mod assign_error;
mod listing;
mod modules;
mod normalization;
mod pickle;
mod rename;
mod tensors;
mod torch_error;

pub use assign::{Assignment, Origin, assign};
pub use assign_error::AssignError;
pub use listing::Listing;
pub use normalization::{Normalization, PerChannel};
pub use rename::Rename;
pub use tensors::{Tensor, read};
pub use torch_error::TorchError;
