//! Where learning starts.

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Distribution, Tensor};
use serde::{Deserialize, Serialize};

/// How weights are drawn. Weights and biases of layers are uniform in `±1 / sqrt(inputs)` either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Initialization {
    /// Batch normalization starts with scale 1, as today's libraries do.
    #[default]
    #[serde(rename = "pytorch")]
    Pytorch,
    /// Batch normalization starts with scales uniform in `[0, 1)`, as PyTorch 0.4 did, with which the paper's numbers
    /// were made.
    #[serde(rename = "pytorch-0.4")]
    Pytorch04,
}

impl Initialization {
    /// Applies it to a module as its `new` made it.
    pub fn apply<M: Module>(self, module: M) -> M {
        match self {
            Self::Pytorch => module,
            Self::Pytorch04 => module.map(&mut UniformScales { path: Vec::new() }),
        }
    }
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

    #[test]
    fn only_scales_of_batch_normalization_are_redrawn() {
        let device = Device::flex().autodiff();
        let module = || (BatchNormConfig::new(1000).init(&device), LayerNormConfig::new(4).init(&device));
        let numbers = |parameter: &Param<Tensor<1>>| parameter.val().try_to_vec_as::<f32>().unwrap();

        let (batch, _) = Initialization::Pytorch.apply(module());
        assert!(numbers(&batch.gamma).iter().all(|scale| *scale == 1.0));

        let (batch, layer) = Initialization::Pytorch04.apply(module());
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
