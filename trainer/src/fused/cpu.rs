//! The tensors of burn's CPU backend.

use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::ops::{Backward, NodeGuard, OpsKind};
use burn::backend::flex::FlexTensor;
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

/// A tensor that nothing is differentiated by, as burn's CPU backend has it; `None` where it is another backend's, or not
/// of f32.
pub(super) fn plain<const D: usize>(tensor: &Tensor<D>) -> Option<FlexTensor> {
    let is_f32 = tensor.dtype() == DType::F32;
    is_f32.then(|| tensor.clone().try_into_primitive::<Flex>().ok()).flatten()
}

/// `output` as a node of the differentiation, with what its gradient needs where anything asks for one.
pub(super) fn node<B, const N: usize, const D: usize>(
    operator: B,
    parents: [NodeGuard; N],
    saved: B::State,
    output: FlexTensor,
) -> Tensor<D>
where
    B: Backward<Flex, N>,
{
    let output = match operator.prepare::<NoCheckpointing>(parents).compute_bound().stateful() {
        OpsKind::Tracked(ready) => ready.finish(saved, output),
        OpsKind::UnTracked(ready) => ready.finish(output),
    };
    Tensor::from_primitive::<Cpu>(output)
}
