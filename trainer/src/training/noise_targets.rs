//! Which of the random targets each training image is to learn: the state of noise as targets.

use anyhow::ensure;
use burn::tensor::{Tensor, TensorData};
use rand::rngs::StdRng;

use crate::objective::{normalized, optimal_assignment};
use crate::settings::Prior;

/// As many targets as training images, uniform on the unit sphere; each belongs to one image.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NoiseTargets {
    units: usize,
    /// `[images, units]`; they never change, and follow from the seed.
    targets: Vec<f32>,
    /// Row of each image's target.
    of_image: Vec<u32>,
}

impl NoiseTargets {
    /// New targets; image i has the i-th.
    pub(super) fn new(images: usize, units: usize, random: &mut StdRng) -> Self {
        let targets = Prior::Sphere.numbers([images, units], random);
        Self { units, targets, of_image: (0_u32..).take(images).collect() }
    }

    /// Exchanges the targets of some images among them so that embeddings are as near as can be to theirs, and gives
    /// these, `[batch, units]`. Waits for the device.
    ///
    /// # Shapes
    /// `embeddings` `[batch, units]`, of `images`, no two the same.
    pub(super) fn assign(&mut self, images: &[usize], embeddings: &Tensor<2>) -> Tensor<2> {
        let units = self.units;
        let held: Vec<u32> = images.iter().map(|image| self.of_image[*image]).collect();
        let target = |row: &u32| &self.targets[*row as usize * units..][..units];
        let embedded = normalized(embeddings.clone().inner());
        let embedded = embedded.try_to_vec_as::<f32>().expect("a finished tensor on a working device can be read");
        let cosine = |embedding: &[f32], target: &[f32]| -> f64 {
            embedding.iter().zip(target).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
        };
        let costs = embedded.chunks_exact(units).flat_map(|embedding| {
            let targets = held.iter().map(target);
            targets.map(move |target| -cosine(embedding, target))
        });
        let chosen = optimal_assignment(&costs.collect::<Vec<_>>(), images.len());
        let numbers: Vec<f32> = chosen.iter().flat_map(|index| target(&held[*index])).copied().collect();
        for (image, index) in images.iter().zip(chosen) {
            self.of_image[*image] = held[index];
        }
        Tensor::from_data(TensorData::new(numbers, [images.len(), units]), &embeddings.device())
    }

    /// Which target each image has, four bytes each, the lowest first.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.of_image.iter().flat_map(|row| row.to_le_bytes()).collect()
    }

    /// The same targets, given to images as `bytes` say.
    ///
    /// # Errors
    /// If they are not of as many images, or a target is given twice.
    pub(super) fn given_as(mut self, bytes: &[u8]) -> anyhow::Result<Self> {
        let (rows, rest) = bytes.as_chunks::<4>();
        let of_image: Vec<u32> = rows.iter().map(|row| u32::from_le_bytes(*row)).collect();
        let images = self.of_image.len();
        ensure!(rest.is_empty() && of_image.len() == images, "{} bytes for {images} images", bytes.len());
        let mut sorted = of_image.clone();
        sorted.sort_unstable();
        ensure!((0_u32..).zip(&sorted).all(|(expected, row)| expected == *row), "a target is given twice");
        self.of_image = of_image;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use rand::SeedableRng;

    use super::*;

    const IMAGES: usize = 12;
    const UNITS: usize = 3;

    fn targets() -> NoiseTargets {
        NoiseTargets::new(IMAGES, UNITS, &mut StdRng::seed_from_u64(5))
    }

    fn numbers(tensor: &Tensor<2>) -> Vec<f32> {
        tensor.clone().try_to_vec_as::<f32>().unwrap()
    }

    /// Embeddings of any length in the direction of the targets with these rows.
    fn towards(of: &NoiseTargets, rows: [usize; 4]) -> Tensor<2> {
        let numbers = rows.iter().flat_map(|row| of.targets[row * UNITS..][..UNITS].iter().map(|x| x * 7.0));
        Tensor::from_data(TensorData::new(numbers.collect::<Vec<_>>(), [4, UNITS]), &Device::flex())
    }

    #[test]
    fn images_of_a_batch_get_the_targets_that_they_point_at() {
        let mut targets = targets();
        let found = targets.assign(&[2, 9, 4, 0], &towards(&targets, [4, 0, 9, 2]));
        assert_eq!(targets.of_image, [2, 1, 4, 3, 9, 5, 6, 7, 8, 0, 10, 11]);
        let expected = numbers(&(towards(&targets, [4, 0, 9, 2]) / 7.0));
        numbers(&found).iter().zip(&expected).for_each(|(a, b)| assert!((a - b).abs() < 1e-6));
        // Targets of images outside of the batch stay theirs, however near.
        targets.assign(&[1, 2, 3, 5], &towards(&targets, [6, 7, 8, 10]));
        assert_eq!([6, 7, 8, 10].map(|image| targets.of_image[image]), [6, 7, 8, 10]);
        let mut sorted = targets.of_image.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..12).collect::<Vec<u32>>());
    }

    #[test]
    fn embeddings_that_are_not_numbers_leave_each_target_to_one_image() {
        let mut targets = targets();
        targets.assign(&[0, 1, 2, 3], &Tensor::full([4, UNITS], f32::NAN, &Device::flex()));
        assert!(targets.clone().given_as(&targets.to_bytes()).is_ok());
    }

    #[test]
    fn bytes_bring_the_assignment_back_and_others_are_refused() {
        let mut moved = targets();
        moved.assign(&[2, 9, 4, 0], &towards(&moved, [4, 0, 9, 2]));
        let bytes = moved.to_bytes();
        assert_eq!(bytes[..12], [2, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0]);
        assert_ne!(moved, targets());
        assert_eq!(targets().given_as(&bytes).unwrap(), moved);

        let twice = [&bytes[..44], &bytes[..4]].concat();
        let beyond = [&bytes[..44], &12_u32.to_le_bytes()].concat();
        for wrong in [&bytes[..44], &bytes[..47], &[&bytes[..], &[0]].concat(), &twice, &beyond] {
            assert!(targets().given_as(wrong).is_err());
        }
    }
}
