//! An exponential average of the encoder's weights (Polyak and Juditsky 1992; Tarvainen and Valpola 2017).

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;

use crate::model::Encoder;

/// Weights and running statistics, averaged over the steps; in evaluation mode.
#[derive(Debug, Clone)]
pub(super) struct WeightAverage {
    pub(super) encoder: Encoder,
    pub(super) decay: f64,
}

impl WeightAverage {
    pub(super) fn new(encoder: &Encoder, decay: f64) -> Self {
        Self { encoder: encoder.valid(), decay }
    }

    /// `average = decay * average + (1 - decay) * encoder`; early on with the smaller decay `(1 + step) / (10 + step)`, so that
    /// the first weights, which have learned nothing, are forgotten.
    pub(super) fn follow(self, encoder: &Encoder, step: usize) -> Self {
        let decay = self.decay.min((1 + step) as f64 / (10 + step) as f64);
        let mut latest = Latest(GradientsParams::new());
        encoder.valid().visit(&mut latest);
        Self { encoder: self.encoder.map(&mut Follow { latest: latest.0, decay }), ..self }
    }
}

/// Every parameter by its name.
struct Latest(GradientsParams);

impl ModuleVisitor for Latest {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        self.0.register(parameter.id, parameter.val());
    }
}

struct Follow {
    latest: GradientsParams,
    pub(super) decay: f64,
}

impl ModuleMapper for Follow {
    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        match self.latest.remove::<D>(parameter.id) {
            Some(latest) => parameter.map(|average| average * self.decay + latest * (1.0 - self.decay)),
            None => parameter,
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::architecture::Preset;
    use crate::model::seed_alone;

    fn numbers(encoder: &Encoder) -> Vec<f32> {
        struct All(Vec<f32>);
        impl ModuleVisitor for All {
            fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
                self.0.extend(parameter.val().try_to_vec_as::<f32>().unwrap());
            }
        }
        let mut all = All(Vec::new());
        encoder.visit(&mut all);
        all.0
    }

    #[test]
    fn every_number_follows_by_its_share() {
        struct Add;
        impl ModuleMapper for Add {
            fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
                parameter.map(|numbers| numbers + 1.0)
            }
        }
        let device = Device::flex().autodiff();
        let _alone = seed_alone(&device, 0);
        let encoder = Encoder::new(&Preset::Edge28Depthwise.architecture(), &device);
        let average = WeightAverage::new(&encoder, 0.75);
        let before = numbers(&average.encoder);
        let moved = encoder.map(&mut Add);
        // (1 + 2) / (10 + 2), then the setting.
        let once = average.follow(&moved, 2);
        // Before the next step, since clones share their running statistics.
        let of_once = numbers(&once.encoder);
        let twice = numbers(&once.follow(&moved, 1000).encoder);
        for (before, (once, twice)) in before.iter().zip(of_once.iter().zip(&twice)) {
            assert!((once - before - 0.75).abs() < 1e-5 && (twice - before - (1.0 - 0.25 * 0.75)).abs() < 1e-5);
        }
    }
}
