//! Gradients that are too long together.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;

/// All gradients of a module times `min(1, longest / norm)`, where the norm is that of all of them together (Pascanu et al.
/// 2013). Nothing waits for the device.
pub(super) fn clip<M: Module>(module: &M, gradients: GradientsParams, longest: f64) -> GradientsParams {
    let mut squares = Squares { gradients: &gradients, sum: None };
    module.visit(&mut squares);
    let Some(sum) = squares.sum else { return gradients };
    let factor = (sum.sqrt() + 1e-12).recip() * longest;
    let mut scale = Scale { gradients, factor: factor.clamp_max(1.0), scaled: GradientsParams::new() };
    module.visit(&mut scale);
    scale.scaled
}

struct Squares<'a> {
    gradients: &'a GradientsParams,
    sum: Option<Tensor<1>>,
}

impl ModuleVisitor for Squares<'_> {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(parameter.id) {
            let square = gradient.square().sum();
            self.sum = Some(match self.sum.take() {
                Some(sum) => sum + square,
                None => square,
            });
        }
    }
}

struct Scale {
    gradients: GradientsParams,
    factor: Tensor<1>,
    scaled: GradientsParams,
}

impl ModuleVisitor for Scale {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.remove::<D>(parameter.id) {
            self.scaled.register(parameter.id, gradient * self.factor.clone().unsqueeze());
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::nn::LinearConfig;
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn only_long_gradients_are_cut_and_all_alike() {
        let device = Device::flex().autodiff();
        let layer = LinearConfig::new(2, 2).init(&device);
        let gradients = || {
            let input = Tensor::<2>::from_data([[3.0, 4.0]], &device);
            GradientsParams::from_grads(layer.forward(input).sum().backward(), &layer)
        };
        // Rows 3 3, 4 4, and biases 1 1.
        let norm = 52.0_f32.sqrt();
        let of = |longest: f64| {
            let clipped = clip(&layer, gradients(), longest);
            let weight = clipped.get::<2>(layer.weight.id).unwrap().try_to_vec_as::<f32>().unwrap();
            let bias = clipped.get::<1>(layer.bias.as_ref().unwrap().id).unwrap().try_to_vec_as::<f32>().unwrap();
            [weight, bias].concat()
        };
        let whole = [3.0, 3.0, 4.0, 4.0, 1.0, 1.0];
        assert_eq!(of(8.0), whole);
        for (found, whole) in of(2.0).iter().zip(whole) {
            assert!((found - whole * 2.0 / norm).abs() < 1e-5, "{found} {whole}");
        }
    }
}
