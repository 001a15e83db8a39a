//! The adversary that tells samples of the prior from embeddings.

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use crate::fused::{linear, product};

/// Fully connected 1000 and 200 with ReLU, then one logit (Hjelm et al. 2019, appendix).
#[derive(Module, Debug)]
pub struct PriorDiscriminator {
    hidden: [Linear; 2],
    logit: Linear,
}

impl PriorDiscriminator {
    /// Random weights for vectors of `units` numbers.
    pub fn new(units: usize, device: &Device) -> Self {
        let linear = |inputs, outputs| LinearConfig::new(inputs, outputs).init(device);
        Self { hidden: [linear(units, 1000), linear(1000, 200)], logit: linear(200, 1) }
    }

    /// Logits, positive for the prior.
    ///
    /// # Shapes
    /// `input` `[batch, units]`; the result `[batch, 1]`.
    pub fn forward(&self, input: Tensor<2>) -> Tensor<2> {
        let hidden = self.hidden.iter().fold(input, |input, layer| relu(linear(layer, input)));
        linear(&self.logit, hidden)
    }

    /// Gradient of each logit at its input, `W1 m1 W2 m2 w3` with `m` 1 where a hidden unit is above 0 and 0 elsewhere.
    ///
    /// The masks are constant almost everywhere, so this is an expression in the weights whose own gradient needs no
    /// second differentiation.
    ///
    /// # Shapes
    /// `input` `[batch, units]` and the result too.
    pub fn input_gradient(&self, input: Tensor<2>) -> Tensor<2> {
        let [first, second] = &self.hidden;
        let sums = linear(first, input.detach());
        let first_mask = mask(&sums);
        let second_mask = mask(&linear(second, relu(sums)));
        let at_second = second_mask * self.logit.weight.val().transpose();
        let at_first = first_mask * product(at_second, second.weight.val().transpose());
        product(at_first, first.weight.val().transpose())
    }
}

fn mask(sums: &Tensor<2>) -> Tensor<2> {
    sums.clone().detach().greater_elem(0.0).float()
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Distribution, TensorData};

    use super::*;
    use crate::model::seed_alone;

    #[test]
    fn parameters_of_the_papers_discriminator() {
        assert_eq!(PriorDiscriminator::new(64, &Device::flex()).num_params(), 265_401);
    }

    #[test]
    fn input_gradient_is_that_of_automatic_differentiation() {
        let device = Device::flex().autodiff();
        let _alone = seed_alone(&device, 0);
        let discriminator = PriorDiscriminator::new(7, &device);
        let input = Tensor::<2>::random([5, 7], Distribution::Normal(0.0, 1.0), &device).require_grad();
        let gradients = discriminator.forward(input.clone()).sum().backward();
        let expected = input.grad(&gradients).unwrap().try_to_vec_as::<f32>().unwrap();
        let found = discriminator.input_gradient(input).try_to_vec_as::<f32>().unwrap();
        assert!(expected.iter().any(|x| x.abs() > 1e-4));
        found.iter().zip(&expected).for_each(|(a, b)| assert!((a - b).abs() < 1e-6, "{a} {b}"));
    }

    #[test]
    fn the_gradient_of_the_input_gradient_equals_finite_differences() {
        let device = Device::flex().autodiff();
        let _alone = seed_alone(&device, 0);
        let discriminator = PriorDiscriminator::new(2, &device);
        let input = Tensor::<2>::random([3, 2], Distribution::Normal(0.0, 1.0), &device);
        let penalty = |of: &PriorDiscriminator| of.input_gradient(input.clone()).square().sum();
        let gradients = penalty(&discriminator).backward();
        for layer in 0..3 {
            let weight = |of: &PriorDiscriminator| [&of.hidden[0], &of.hidden[1], &of.logit][layer].weight.clone();
            let gradient = weight(&discriminator).val().grad(&gradients).unwrap().try_to_vec_as::<f32>().unwrap();
            let shape = weight(&discriminator).val().dims();
            // The weight whose gradient is largest stands best above rounding.
            let largest = (0..gradient.len()).max_by(|a, b| gradient[*a].abs().total_cmp(&gradient[*b].abs())).unwrap();
            let moved = |by: f32| {
                let mut numbers = weight(&discriminator).val().try_to_vec_as::<f32>().unwrap();
                numbers[largest] += by;
                let mut moved = discriminator.clone();
                let layer = match layer {
                    2 => &mut moved.logit,
                    hidden => &mut moved.hidden[hidden],
                };
                let value = Tensor::<2>::from_data(TensorData::new(numbers, shape), &device);
                layer.weight = layer.weight.clone().map(|_| value);
                f64::from(penalty(&moved).into_scalar::<f32>())
            };
            let slope = (moved(1e-3) - moved(-1e-3)) / 2e-3;
            let gradient = f64::from(gradient[largest]);
            assert!((gradient / slope - 1.0).abs() < 0.01, "layer {layer}: {gradient} {slope}");
        }
    }
}
