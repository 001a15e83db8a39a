//! Files of PyTorch, up to the tensors in them.

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
