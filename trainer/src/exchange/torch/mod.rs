//! Weights from files of `torch.save` and safetensors, without PyTorch and without running what a pickle asks for.
//!
//! | file | what it knows |
//! |---|---|
//! | `archive` | the containers of PyTorch before and since 1.6 |
//! | `element` | numbers of several precisions |
//! | `tensor` | where the elements of a tensor are |
//! | `tensors` | which values are tensors, and their names |
//! | `safetensors` | the container of that name |
//! | `rename` | the patterns of `--map` |
//! | `modules` | which tensors make a layer |
//! | `assign` | which layer of an encoder each is |
//! | `normalization` | how pixels were scaled |

mod archive;
mod assign;
mod assign_error;
mod element;
mod listing;
mod modules;
mod normalization;
mod rename;
mod safetensors;
mod tensor;
mod tensors;
mod torch_error;

pub use assign::{Assignment, Origin, assign};
pub use assign_error::AssignError;
pub use listing::Listing;
pub use normalization::{Normalization, PerChannel};
pub use rename::Rename;
pub use tensor::Tensor;
pub use tensors::read;
pub use torch_error::TorchError;
