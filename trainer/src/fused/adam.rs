//! Adam in one pass over weights, gradient and moments, all of them in place.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::optim::{
    AdamConfig, AdamState, AdaptiveMomentumState, LearningRate, ModuleOptimizer, Optimizer, RecordState, StateSink,
    StateSource,
};
use burn::tensor::{DType, Device, Tensor};
use rayon::prelude::*;

use super::kernels::widest;

/// Numbers that a thread takes at a time.
const BLOCK: usize = 1 << 14;

/// `m = b1 m + (1 - b1) g`, `v = b2 v + (1 - b2) g^2`, `w -= rate * m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + epsilon)`
/// (Kingma and Ba 2015, algorithm 1): burn's operations in burn's order, so its state and every bit of its result.
#[derive(Clone)]
pub(crate) struct Adam {
    /// For a weight's first step, and for other devices.
    of_burn: burn::optim::Adam,
    beta_1: f32,
    beta_2: f32,
    epsilon: f32,
    decay: f64,
}

impl Adam {
    /// For all weights of a module.
    pub(crate) fn for_module([beta_1, beta_2]: [f32; 2], epsilon: f32, decay: f64) -> ModuleOptimizer {
        let of_burn = AdamConfig::new().with_beta_1(beta_1).with_beta_2(beta_2).with_epsilon(epsilon).build();
        ModuleOptimizer::from(Self { of_burn, beta_1, beta_2, epsilon, decay })
    }

    fn step_in_place(&self, rate: f32, time: i32, [weights, moment_1, moment_2]: [&mut [f32]; 3], gradient: &[f32]) {
        let Self { beta_1, beta_2, epsilon, .. } = *self;
        let correction = (1.0 - beta_2.powi(time)).sqrt();
        let factor = correction / (1.0 - beta_1.powi(time));
        let (epsilon, rest_1, rest_2) = (epsilon * correction, 1.0 - beta_1, 1.0 - beta_2);
        let blocks = weights.par_chunks_mut(BLOCK).zip(moment_1.par_chunks_mut(BLOCK));
        let blocks = blocks.zip(moment_2.par_chunks_mut(BLOCK)).zip(gradient.par_chunks(BLOCK));
        blocks.for_each(|(((weights, moment_1), moment_2), gradient)| {
            widest(|| {
                for (((weight, m), v), g) in weights.iter_mut().zip(moment_1).zip(moment_2).zip(gradient) {
                    *m = *m * beta_1 + *g * rest_1;
                    *v = *v * beta_2 + *g * *g * rest_2;
                    *weight -= *m * factor / (v.sqrt() + epsilon) * rate;
                }
            });
        });
    }
}

/// The moments of a weight, which a record puts on the CPU: burn would take the device that its features make the default,
/// such as an NVIDIA GPU on a machine without one. The weight's next step brings them to the weight.
#[derive(Clone)]
pub(crate) struct Moments<const D: usize>(AdamState<D>);

impl<const D: usize> RecordState for Moments<D> {
    fn state_flatten(&self, prefix: &str, sink: &mut StateSink) {
        self.0.state_flatten(prefix, sink);
    }

    fn state_unflatten(prefix: &str, source: &mut StateSource, _: &Device) -> Option<Self> {
        AdamState::state_unflatten(prefix, source, &Device::flex()).map(Self)
    }
}

impl Optimizer for Adam {
    type State<const D: usize> = Moments<D>;

    fn step<const D: usize>(
        &self,
        rate: LearningRate,
        tensor: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<Moments<D>>,
    ) -> (Tensor<D>, Option<Moments<D>>) {
        // Decoupled, `w -= rate * decay * w` before the step (Loshchilov and Hutter 2019); vectors are biases, scales and shifts.
        let tensor = if D >= 2 && self.decay > 0.0 { tensor * (1.0 - rate * self.decay) } else { tensor };
        let state = match state {
            Some(Moments(AdamState { momentum })) if is_on_cpu(&tensor) => momentum,
            state => {
                let (tensor, state) = self.of_burn.step(rate, tensor, gradient, state.map(|Moments(state)| state));
                return (tensor, state.map(Moments));
            }
        };
        let (time, gradient) = (state.time + 1, on_cpu(gradient));
        let mut changed = [tensor, state.moment_1, state.moment_2].map(on_cpu);
        let slices = changed.each_mut().map(FlexTensor::storage_mut);
        // burn keeps a count of steps in 32 bits too.
        self.step_in_place(rate as f32, time as i32, slices, gradient.storage());
        let [tensor, moment_1, moment_2] = changed.map(Tensor::from_primitive::<Flex>);
        (tensor, Some(Moments(AdamState::new(AdaptiveMomentumState::new(time, moment_1, moment_2)))))
    }

    fn to_device<const D: usize>(Moments(state): Moments<D>, device: &Device) -> Moments<D> {
        Moments(burn::optim::Adam::to_device(state, device))
    }
}

fn is_on_cpu<const D: usize>(tensor: &Tensor<D>) -> bool {
    tensor.dtype() == DType::F32 && tensor.device() == Device::flex()
}

/// Without gaps, and not copied where nothing else holds it.
fn on_cpu<const D: usize>(tensor: Tensor<D>) -> FlexTensor {
    let tensor = tensor.try_into_primitive::<Flex>().expect("weights, gradients and moments are on one device");
    let whole = tensor.to_contiguous();
    drop(tensor);
    whole
}

#[cfg(test)]
mod tests;
