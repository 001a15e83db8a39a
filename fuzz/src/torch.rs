//! Files of PyTorch, up to the tensors in them.

#![allow(dead_code, missing_docs, reason = "the trainer's own; it uses all of it and documents it")]

#[path = "../../trainer/src/exchange/torch/archive.rs"]
mod archive;
#[path = "../../trainer/src/exchange/torch/element.rs"]
mod element;
#[path = "../../trainer/src/exchange/torch/safetensors.rs"]
mod safetensors;
#[path = "../../trainer/src/exchange/torch/tensor.rs"]
mod tensor;
#[path = "../../trainer/src/exchange/torch/tensors.rs"]
mod tensors;
#[path = "../../trainer/src/exchange/torch/torch_error.rs"]
mod torch_error;

pub use tensor::Tensor;
pub use tensors::read;
pub use torch_error::TorchError;
