//! Learning through outputs that another arithmetic computed: they are the values, and the float layers the gradient
//! (the straight-through estimator, Bengio et al. 2013; for quantized networks Jacob et al. 2018, section 3).

use burn::nn::BatchNorm;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use burn::tensor::module::batch_norm;

use super::{Encoder, EncoderOutput};
use crate::architecture::Source;

/// What a layer's output is, whatever its numbers say.
#[derive(Debug, Clone)]
pub struct GivenOutput {
    /// `[batch, channels, height, width]`, fully connected `[batch, units, 1, 1]`.
    pub values: Tensor<4>,
    /// Smallest and largest value that there can be.
    pub representable: [f32; 2],
}

impl Encoder {
    /// The representations that follow from the layers' `given` outputs, one for each layer: exactly these values. Their
    /// gradient is that of the float layer on the given inputs where its output is within what can be represented, and
    /// zero beyond, where a small change of it changes nothing.
    ///
    /// Batch normalization takes its running statistics, as the exported encoder does, and leaves them; its scale and
    /// shift learn. Nothing is dropped.
    ///
    /// # Shapes
    /// `images` as [`Encoder::forward`] takes them.
    pub fn forward_through(&self, images: &Tensor<4>, given: Vec<GivenOutput>) -> EncoderOutput {
        let mut outputs: Vec<Tensor<4>> = Vec::with_capacity(self.layers.len());
        for ((numbers, layer), given) in self.layers.iter().zip(&self.architecture.layers).zip(given) {
            let read = |source| match source {
                Source::Image => images.clone(),
                Source::Layer(index) => outputs[index].clone(),
            };
            let float = numbers.operate(layer, self.precision, read);
            let float = match &numbers.norm {
                Some(norm) => frozen(norm, float),
                None => float,
            };
            let float = if layer.relu { relu(float) } else { float };
            outputs.push(given.with_gradient_of(float));
        }
        self.tapped(outputs)
    }
}

impl GivenOutput {
    fn with_gradient_of(self, float: Tensor<4>) -> Tensor<4> {
        let [min, max] = self.representable;
        let float = float.clamp(min, max);
        // A number less itself is 0, and adding 0 changes no value: not one bit is lost.
        self.values.detach() + (float.clone() - float.detach())
    }
}

/// Normalizes with the running statistics.
fn frozen(norm: &BatchNorm, input: Tensor<4>) -> Tensor<4> {
    let [mean, variance] = [&norm.running_mean, &norm.running_var].map(|state| state.value_sync().detach());
    batch_norm(input, norm.gamma.val(), norm.beta.val(), mean, variance, norm.epsilon)
}

#[cfg(test)]
mod tests;
