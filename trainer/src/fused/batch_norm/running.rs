//! The running statistics of a normalization.

use burn::nn::BatchNorm;
use burn::tensor::Tensor;

/// The mean of the past, weighted anew, as burn's layer has it.
pub(super) fn follow(norm: &BatchNorm, [mean, variance]: [Tensor<1>; 2]) {
    for (running, new) in [(&norm.running_mean, mean), (&norm.running_var, variance)] {
        let old = running.value_sync().to_device(&new.device());
        running.update((old * (1.0 - norm.momentum) + new * norm.momentum).detach());
    }
}
