//! Operators whose gradient is written with burn's tensors: one node of its differentiation, on any of its backends.
//!
//! On a GPU each of burn's operators is a kernel or a part of one, and its gradient as well; a mean alone takes three. Where
//! the gradient of a whole layer is known, few kernels compute it.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::{Autodiff, Flex};
use burn::tensor::Tensor;

/// What an operator keeps for its gradient.
pub(super) trait OwnGradient<const N: usize>: Clone + Debug + Send + 'static {
    /// The gradients at the inputs, in their order, where `gradient` is that at the output.
    fn backward(self, gradient: Tensor<2>) -> [Tensor<2>; N];
}

/// `output`, which is not differentiated, as what `operator` made of the `inputs`; as it is where none of them is either.
pub(super) fn with_own_gradient<O: OwnGradient<N>, const N: usize>(
    operator: O,
    inputs: [Tensor<2>; N],
    output: Tensor<2>,
) -> Tensor<2> {
    let is_differentiated = |input: &Tensor<2>| input.device().is_autodiff();
    if !inputs.iter().any(is_differentiated) {
        return output;
    }
    let inputs = inputs.map(|input| if is_differentiated(&input) { input } else { Tensor::from_inner(input) });
    let found = on_flex(&operator, &inputs, &output);
    #[cfg(any(feature = "cuda", feature = "wgpu", feature = "vulkan"))]
    let found = found.or_else(|| on_cube(&operator, &inputs, &output));
    #[cfg(feature = "ndarray")]
    let found = found.or_else(|| on_ndarray(&operator, &inputs, &output));
    #[cfg(feature = "remote")]
    let found = found.or_else(|| on_remote(&operator, &inputs, &output));
    found.expect("burn has no other backends in this build")
}

/// `value`, whose gradient at `x` is known: `slope`, number by number, times its own gradient.
///
/// # Shapes
/// `x` and `slope` `[rows, width]`, neither `slope` nor `value` differentiated; `value` and the result the same or `[1, 1]`.
pub(crate) fn with_slope(x: Tensor<2>, value: Tensor<2>, slope: Tensor<2>) -> Tensor<2> {
    with_own_gradient(Slope(slope), [x], value)
}

#[derive(Debug, Clone)]
struct Slope(Tensor<2>);

impl OwnGradient<1> for Slope {
    fn backward(self, gradient: Tensor<2>) -> [Tensor<2>; 1] {
        [self.0 * gradient]
    }
}

#[derive(Debug)]
struct Node<O>(PhantomData<O>);

macro_rules! backend {
    ($function:ident, $backend:ty) => {
        impl<O: OwnGradient<N>, const N: usize> Backward<$backend, N> for Node<O> {
            type State = O;

            fn backward(self, ops: Ops<O, N>, gradients: &mut Gradients, _: &mut Checkpointer) {
                let gradient = Tensor::from_primitive::<$backend>(gradients.consume::<$backend>(&ops.node));
                for (input, gradient) in ops.parents.into_iter().zip(ops.state.backward(gradient)) {
                    if let Some(input) = input {
                        let gradient = gradient.try_into_primitive::<$backend>().expect("on the output's device");
                        gradients.register::<$backend>(input.id, gradient);
                    }
                }
            }
        }

        /// `None` on another backend.
        fn $function<O: OwnGradient<N>, const N: usize>(
            operator: &O,
            inputs: &[Tensor<2>; N],
            output: &Tensor<2>,
        ) -> Option<Tensor<2>> {
            let output = output.clone().try_into_primitive::<$backend>().ok()?;
            let inputs = inputs.each_ref().map(|input| {
                let input = input.clone().try_into_primitive::<Autodiff<$backend>>();
                input.expect("on the output's device").into_parts().1
            });
            let node = Node(PhantomData::<O>).prepare::<NoCheckpointing>(inputs).compute_bound().stateful();
            Some(Tensor::from_primitive::<Autodiff<$backend>>(match node {
                OpsKind::Tracked(ready) => ready.finish(operator.clone(), output),
                OpsKind::UnTracked(ready) => ready.finish(output),
            }))
        }
    };
}

backend!(on_flex, Flex);
#[cfg(any(feature = "cuda", feature = "wgpu", feature = "vulkan"))]
backend!(on_cube, burn::backend::Cube);
#[cfg(feature = "ndarray")]
#[expect(deprecated, reason = "kept because users asked for it; gone in burn 0.23")]
type NdArray = burn::backend::NdArray;
#[cfg(feature = "ndarray")]
backend!(on_ndarray, NdArray);
#[cfg(feature = "remote")]
backend!(on_remote, burn::backend::Remote);
