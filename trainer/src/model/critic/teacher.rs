//! The critic of embeddings of two encoders, of which one teaches the other.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::projector::{Projector, for_cosines, temperature_or_usual};
use super::{Critic, Encoded};
use crate::fused::product;

/// Scores of an embedding and a teacher's: the cosine of what a projector of its own makes of each, divided by a temperature.
#[derive(Module, Debug)]
pub struct TeacherCritic {
    embedding: Option<Projector>,
    teacher: Option<Projector>,
    temperature: f64,
}

impl TeacherCritic {
    /// For embeddings of `units` numbers and those of a teacher, which have `taught`; projectors of width 0 are none, and
    /// compare embeddings of equally many numbers as they are. A temperature of 0 is the usual one.
    pub fn new([units, taught]: [usize; 2], width: usize, temperature: f64, device: &Device) -> Self {
        Self {
            embedding: Projector::new(units, width, device),
            teacher: Projector::new(taught, width, device),
            temperature: temperature_or_usual(temperature),
        }
    }

    /// # Shapes
    /// `embeddings` `[globals * batch, units]`, `taught` `[batch, taught]` of the same images.
    pub fn encode(&self, embeddings: Tensor<2>, taught: Tensor<2>) -> Encoded {
        for_cosines([(self.embedding.as_ref(), embeddings), (self.teacher.as_ref(), taught)], self.temperature)
    }
}

impl Critic for TeacherCritic {
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
        let random = |shape: [usize; 2]| Tensor::<2>::random(shape, Distribution::Normal(0.0, 1.0), &device);
        // Two embeddings for each of three images.
        let (embeddings, taught) = (random([6, 4]), random([3, 4]));
        let critic = TeacherCritic::new([4, 4], 0, 0.5, &device);
        let encoded = critic.encode(embeddings.clone(), taught.clone());
        assert_eq!(encoded.batch, 3);
        let scores = critic.score(encoded.embeddings, encoded.cells).try_to_vec_as::<f32>().unwrap();
        let [embeddings, taught] = [embeddings, taught].map(|rows| rows.try_to_vec_as::<f32>().unwrap());
        assert_eq!(scores.len(), 6 * 3);
        for (index, score) in scores.iter().enumerate() {
            let (a, b) = (&embeddings[index / 3 * 4..][..4], &taught[index % 3 * 4..][..4]);
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
            let expected = dot(a, b) / (dot(a, a) * dot(b, b)).sqrt() / 0.5;
            assert!((score - expected).abs() < 1e-4, "{index}: {score} {expected}");
        }
    }

    #[test]
    fn projectors_bring_both_to_one_width() {
        let device = Device::flex().autodiff();
        let _alone = seed_alone(&device, 0);
        let random = |shape: [usize; 2]| Tensor::<2>::random(shape, Distribution::Normal(0.0, 1.0), &device);
        let critic = TeacherCritic::new([4, 9], 32, 0.0, &device);
        let encoded = critic.encode(random([5, 4]), random([5, 9]));
        assert_eq!((encoded.embeddings.dims(), encoded.cells.dims()), ([5, 32], [5, 32]));
    }
}
