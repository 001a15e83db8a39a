//! What numbers are before they learn.

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Distribution, Tensor};

/// Draws the scales of all batch normalizations of a module uniformly from `[0, 1)`.
pub(super) fn redraw_norm_scales<M: Module>(module: M) -> M {
    module.map(&mut UniformScales { path: Vec::new() })
}

/// Redraws the scales of batch normalizations.
struct UniformScales {
    /// Field and type of what the parameter is in.
    path: Vec<(String, String)>,
}

impl ModuleMapper for UniformScales {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.path.push((name.to_owned(), container_type.to_owned()));
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let is_scale = self.path.last().is_some_and(|(name, kind)| name == "gamma" && kind == "Struct:BatchNorm");
        if !is_scale {
            return parameter;
        }
        parameter.map(|ones| {
            let scales = Tensor::random(ones.dims(), Distribution::Uniform(0.0, 1.0), &ones.device());
            scales.set_require_grad(ones.is_require_grad())
        })
    }
}

#[cfg(test)]
mod tests {
    use burn::nn::{BatchNormConfig, LayerNormConfig};
    use burn::tensor::Device;

    use super::*;
    use crate::model::seed_alone;

    #[test]
    fn only_scales_of_batch_normalization_are_redrawn() {
        let device = Device::flex().autodiff();
        let _alone = seed_alone(&device, 0);
        let module = || (BatchNormConfig::new(1000).init(&device), LayerNormConfig::new(4).init(&device));
        let numbers = |parameter: &Param<Tensor<1>>| parameter.val().try_to_vec_as::<f32>().unwrap();

        let (batch, _) = module();
        assert!(numbers(&batch.gamma).iter().all(|scale| *scale == 1.0));

        let (batch, layer) = redraw_norm_scales(module());
        let scales = numbers(&batch.gamma);
        let mean = scales.iter().sum::<f32>() / 1000.0;
        let variance = scales.iter().map(|scale| (scale - mean).powi(2)).sum::<f32>() / 1000.0;
        assert!(scales.iter().all(|scale| (0.0..=1.0).contains(scale)));
        assert!((mean - 0.5).abs() < 0.06 && (variance - 1.0 / 12.0).abs() < 0.02, "{mean} {variance}");
        assert!(numbers(&batch.beta).iter().all(|shift| *shift == 0.0));
        assert!(numbers(&layer.gamma).iter().all(|scale| *scale == 1.0));
        assert!(batch.gamma.val().is_require_grad());
    }
}
