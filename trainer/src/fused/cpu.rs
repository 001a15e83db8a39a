//! The tensors of burn's CPU backend.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Flex};
use burn::tensor::{DType, Tensor};

/// burn's CPU backend, differentiated.
pub(super) type Cpu = Autodiff<Flex>;

/// The tensor as [`Cpu`] has it; `None` where it is another backend's, or not of f32.
pub(super) fn tracked<const D: usize>(tensor: &Tensor<D>) -> Option<FloatTensor<Cpu>> {
    let is_f32 = tensor.dtype() == DType::F32;
    is_f32.then(|| tensor.clone().try_into_primitive::<Cpu>().ok()).flatten()
}
