//! Files of PyTorch, up to the tensors in them.

#![allow(dead_code, missing_docs, reason = "the trainer's own; it uses all of it and documents it")]

#[path = "../../trainer/src/exchange/torch/archive.rs"]
mod archive;
#[path = "../../trainer/src/exchange/torch/error.rs"]
mod error;
#[path = "../../trainer/src/exchange/torch/pickle.rs"]
mod pickle;
#[path = "../../trainer/src/exchange/torch/tensors.rs"]
mod tensors;

pub use error::TorchError;
pub use tensors::{Tensor, read};
