//! The critic of embeddings of two views.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::projector::{Projector, for_cosines, temperature_or_usual};
use super::{Critic, Encoded};
use crate::fused::product;

/// Scores of two embeddings: the cosine of what a projector makes of both, divided by a temperature (Chen et al. 2020).
#[derive(Module, Debug)]
pub struct ViewCritic {
    projector: Option<Projector>,
    temperature: f64,
}

impl ViewCritic {
    /// For embeddings of `units` numbers; a projector of width 0 is none, and a temperature of 0 the usual one.
    pub fn new(units: usize, width: usize, temperature: f64, device: &Device) -> Self {
        let projector = Projector::new(units, width, device);
        Self { projector, temperature: temperature_or_usual(temperature) }
    }

    /// # Shapes
    /// `first` `[k * batch, units]`, k embeddings of each image, and `second` `[batch, units]`, of the same images.
    pub fn encode(&self, [first, second]: [Tensor<2>; 2]) -> Encoded {
        for_cosines([first, second].map(|embeddings| (self.projector.as_ref(), embeddings)), self.temperature)
    }
}

impl Critic for ViewCritic {
    fn score(&self, embeddings: Tensor<2>, cells: Tensor<2>) -> Tensor<2> {
        product(embeddings, cells.transpose())
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Distribution;

    use super::*;
    use crate::model::seed_alone;

    #[test]
    fn scores_are_cosines_over_the_temperature() {
        let device = Device::flex().autodiff();
        let _alone = seed_alone(&device, 0);
        let random = || Tensor::<2>::random([5, 4], Distribution::Normal(0.0, 1.0), &device);
        let views = [random(), random()];
        let critic = ViewCritic::new(4, 0, 0.5, &device);
        let encoded = critic.encode(views.clone());
        let found = critic.score(encoded.embeddings, encoded.cells).try_to_vec_as::<f32>().unwrap();
        let [first, second] = views.map(|view| view.try_to_vec_as::<f32>().unwrap());
        for (index, found) in found.iter().enumerate() {
            let (a, b) = (&first[index / 5 * 4..][..4], &second[index % 5 * 4..][..4]);
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
            let expected = dot(a, b) / (dot(a, a) * dot(b, b)).sqrt() / 0.5;
            assert!((found - expected).abs() < 1e-4, "{index}: {found} {expected}");
        }
        let wide = ViewCritic::new(4, 32, 0.0, &device).encode([random(), random()]);
        assert_eq!((wide.embeddings.dims(), wide.cells.dims(), wide.batch), ([5, 32], [5, 32], 5));
    }
}
