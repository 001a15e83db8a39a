//! Operators of a training step in few passes over memory, for the CPU.
//!
//! burn's CPU backend computes a normalization or an optimizer's step as a dozen operators, each of which reads and writes
//! the whole tensor on one thread, and a convolution image by image. Here each is one node of burn's automatic
//! differentiation, on all threads. On any other device, and in any other precision than f32, they are burn's own.
//!
//! Sums are taken over blocks of a fixed size, whatever the number of threads, so that a run can be repeated to the bit.
//!
//! The access to the backend's tensors is burn's feature `extension`, which its optimizers turn on.

mod adam;
mod batch_norm;
#[cfg(test)]
mod closeness;
mod convolution;
mod layer_norm;
mod rows;

use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Flex};
use burn::tensor::{DType, Tensor};

pub(crate) use adam::Adam;
pub(crate) use batch_norm::batch_norm;
pub(crate) use convolution::convolution;
pub(crate) use layer_norm::layer_norm_of_sum;

/// burn's CPU backend, differentiated.
type Cpu = Autodiff<Flex>;

/// The tensor as [`Cpu`] has it; `None` where it is another backend's, or not of f32.
fn tracked<const D: usize>(tensor: &Tensor<D>) -> Option<FloatTensor<Cpu>> {
    let is_f32 = tensor.dtype() == DType::F32;
    is_f32.then(|| tensor.clone().try_into_primitive::<Cpu>().ok()).flatten()
}
