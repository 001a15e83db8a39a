//! Distributions that embeddings can be made to have.

use burn::tensor::activation::sigmoid;
use burn::tensor::{Device, Tensor, TensorData};
use rand::Rng;
use rand::rngs::StdRng;

use crate::settings::Prior;

impl Prior {
    /// Embeddings as they are compared with samples: through a sigmoid for the cube, as they are for the others.
    pub fn comparable(self, embeddings: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Uniform => sigmoid(embeddings),
            Self::Gaussian | Self::Ball | Self::Sphere => embeddings,
        }
    }

    /// Independent samples, `[count, units]`.
    pub fn sample(self, [count, units]: [usize; 2], random: &mut StdRng, device: &Device) -> Tensor<2> {
        let samples = self.numbers([count, units], random);
        Tensor::from_data(TensorData::new(samples, [count, units]), device)
    }

    /// The same, one after the other.
    pub(crate) fn numbers(self, [count, units]: [usize; 2], random: &mut StdRng) -> Vec<f32> {
        match self {
            Self::Uniform => (0..count * units).map(|_| random.random()).collect(),
            Self::Gaussian => (0..count * units).map(|_| normal(random) as f32).collect(),
            Self::Sphere => (0..count).flat_map(|_| on_sphere(units, 1.0, random)).collect(),
            Self::Ball => {
                let of = |_| {
                    // The volume within radius r grows as r^units.
                    let radius = random.random::<f64>().powf((units as f64).recip());
                    on_sphere(units, radius, random)
                };
                (0..count).flat_map(of).collect()
            }
        }
    }
}

/// A direction is that of a vector of independent normal numbers.
pub(super) fn on_sphere(units: usize, radius: f64, random: &mut StdRng) -> Vec<f32> {
    let direction: Vec<f64> = (0..units).map(|_| normal(random)).collect();
    let length = direction.iter().map(|x| x * x).sum::<f64>().sqrt();
    direction.iter().map(|x| (x / length * radius) as f32).collect()
}

/// Standard normal, by Box and Muller's transform of two uniform numbers.
pub(super) fn normal(random: &mut StdRng) -> f64 {
    // In (0, 1], where the logarithm is finite.
    let radius = (-2.0 * (1.0 - random.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * random.random::<f64>()).cos()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    const COUNT: usize = 20_000;
    const UNITS: usize = 3;

    /// Rows of samples, and for one unit or a product of two the mean over rows.
    fn rows(prior: Prior) -> Vec<[f64; UNITS]> {
        let numbers = prior.numbers([COUNT, UNITS], &mut StdRng::seed_from_u64(1));
        numbers.chunks_exact(UNITS).map(|row| std::array::from_fn(|unit| f64::from(row[unit]))).collect()
    }

    fn mean(rows: &[[f64; UNITS]], of: impl Fn(&[f64; UNITS]) -> f64) -> f64 {
        rows.iter().map(of).sum::<f64>() / rows.len() as f64
    }

    fn squared_length(row: &[f64; UNITS]) -> f64 {
        row.iter().map(|x| x * x).sum()
    }

    #[test]
    fn moments_are_those_of_the_distribution() {
        // Mean, variance and fourth central moment of one unit; those of the ball and the sphere in three dimensions.
        for (prior, expected, variance, fourth) in [
            (Prior::Uniform, 0.5, 1.0 / 12.0, 1.0 / 80.0),
            (Prior::Gaussian, 0.0, 1.0, 3.0),
            (Prior::Ball, 0.0, 1.0 / 5.0, 3.0 / 35.0),
            (Prior::Sphere, 0.0, 1.0 / 3.0, 1.0 / 5.0),
        ] {
            let rows = rows(prior);
            for unit in 0..UNITS {
                let central = |power| mean(&rows, |row| (row[unit] - expected).powi(power));
                // Six standard errors.
                let bound = 6.0 * (variance / COUNT as f64).sqrt();
                assert!(central(1).abs() < bound, "{prior:?}");
                assert!((central(2) / variance - 1.0).abs() < 0.07, "{prior:?} {}", central(2));
                assert!((central(4) / fourth - 1.0).abs() < 0.2, "{prior:?} {}", central(4));
                let other = (unit + 1) % UNITS;
                let covariance = mean(&rows, |row| (row[unit] - expected) * (row[other] - expected));
                assert!(covariance.abs() < 6.0 * variance / (COUNT as f64).sqrt(), "{prior:?} {covariance}");
            }
        }
    }

    #[test]
    fn supports_are_those_of_the_distribution() {
        assert!(rows(Prior::Uniform).iter().flatten().all(|x| (0.0..1.0).contains(x)));
        assert!(rows(Prior::Ball).iter().all(|row| squared_length(row) <= 1.0 + 1e-6));
        assert!(rows(Prior::Sphere).iter().all(|row| (squared_length(row) - 1.0).abs() < 1e-6));
        // An eighth of the ball lies within half its radius.
        let inner = mean(&rows(Prior::Ball), |row| f64::from(u8::from(squared_length(row) < 0.25)));
        assert!((inner - 0.125).abs() < 0.015, "{inner}");
        assert!(rows(Prior::Gaussian).iter().flatten().all(|x| x.is_finite()));
    }

    #[test]
    fn only_the_cube_takes_a_sigmoid() {
        let embeddings = Tensor::<2>::from_floats([[0.0, 3.0]], &Device::flex());
        let through = |prior: Prior| prior.comparable(embeddings.clone()).try_to_vec_as::<f32>().unwrap();
        let cube = through(Prior::Uniform);
        assert!((cube[0] - 0.5).abs() < 1e-6 && (cube[1] - 0.952_574).abs() < 1e-5);
        for prior in [Prior::Gaussian, Prior::Ball, Prior::Sphere] {
            assert_eq!(through(prior), [0.0, 3.0]);
        }
    }
}
