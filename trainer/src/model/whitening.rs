//! Embeddings that are brought to mean 0 and covariance 1 by the last layer alone, after it has learned.

use burn::module::Param;
use burn::tensor::{Tensor, TensorData};
use dim_host::representation::Features;

use super::Encoder;

/// Share of the mean variance that is added to each, so that directions in which embeddings hardly differ are not all noise.
const RIDGE: f64 = 1e-4;

/// What is added at least, so that embeddings that are all one stay numbers.
const LEAST: f64 = 1e-12;

/// `y -> L^-1 (y - m)`, where `m` is the mean of embeddings and `L L^T` their covariance: the prior's first two moments,
/// matched in closed form (Kessy et al. 2018, Cholesky whitening).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Whitening {
    /// `[units]`.
    mean: Vec<f64>,
    /// `L`, `[units, units]`, row by row; 0 above the diagonal.
    factor: Vec<f64>,
}

impl Whitening {
    /// Of these embeddings, two at least.
    pub(crate) fn of(embeddings: &Features) -> Self {
        let (units, count) = (embeddings.width, embeddings.count() as f64);
        let mut mean = vec![0.0; units];
        for row in embeddings.values.chunks_exact(units) {
            mean.iter_mut().zip(row).for_each(|(mean, value)| *mean += f64::from(*value) / count);
        }
        let mut covariance = vec![0.0; units * units];
        for row in embeddings.values.chunks_exact(units) {
            let centred: Vec<f64> = row.iter().zip(&mean).map(|(value, mean)| f64::from(*value) - mean).collect();
            for (i, of_row) in covariance.chunks_exact_mut(units).enumerate() {
                of_row.iter_mut().zip(&centred).for_each(|(sum, value)| *sum += centred[i] * value / (count - 1.0));
            }
        }
        let trace: f64 = (0..units).map(|i| covariance[i * units + i]).sum();
        let ridge = (RIDGE * trace / units as f64).max(LEAST);
        (0..units).for_each(|i| covariance[i * units + i] += ridge);
        Self { mean, factor: cholesky(&covariance, units) }
    }

    /// The embeddings in the new coordinates.
    pub(crate) fn apply(&self, embeddings: &Features) -> Features {
        let rows = embeddings.values.chunks_exact(embeddings.width);
        let values = rows.flat_map(|row| {
            let centred = row.iter().zip(&self.mean).map(|(value, mean)| f64::from(*value) - mean);
            self.turned(centred.collect()).into_iter().map(|value| value as f32)
        });
        Features { width: embeddings.width, values: values.collect() }
    }

    /// `L^-1 y`, from the first to the last unit.
    fn turned(&self, mut y: Vec<f64>) -> Vec<f64> {
        let units = y.len();
        for i in 0..units {
            let (row, done) = (&self.factor[i * units..], &y[..i]);
            let known: f64 = row.iter().zip(done).map(|(factor, value)| factor * value).sum();
            y[i] = (y[i] - known) / row[i];
        }
        y
    }
}

impl Encoder {
    /// The same encoder with its embeddings whitened; its last layer must be linear, which settings see to.
    pub(crate) fn whitened(mut self, whitening: &Whitening) -> Self {
        let last = self.layers.last_mut().and_then(|layer| layer.linear.as_mut());
        let linear = last.expect("settings ask for it only where the last layer is linear");
        let ([inputs, units], device) = (linear.weight.dims(), linear.weight.device());
        let numbers = |tensor: TensorData| tensor.try_to_vec_as::<f32>().expect("weights are numbers");
        let turned = |row: &[f32]| whitening.turned(row.iter().map(|value| f64::from(*value)).collect());
        let weight = numbers(linear.weight.val().into_data());
        let weight: Vec<f32> = weight.chunks_exact(units).flat_map(turned).map(|value| value as f32).collect();
        let mut bias = linear.bias.as_ref().map_or_else(|| vec![0.0; units], |bias| numbers(bias.val().into_data()));
        bias.iter_mut().zip(&whitening.mean).for_each(|(bias, mean)| *bias -= *mean as f32);
        let bias: Vec<f32> = turned(&bias).into_iter().map(|value| value as f32).collect();
        linear.weight = Param::from_tensor(Tensor::from_data(TensorData::new(weight, [inputs, units]), &device));
        linear.bias = Some(Param::from_tensor(Tensor::from_data(TensorData::new(bias, [units]), &device)));
        self
    }
}

/// `L` of a symmetric positive definite matrix `L L^T`.
fn cholesky(matrix: &[f64], units: usize) -> Vec<f64> {
    let mut factor = vec![0.0; units * units];
    for i in 0..units {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| factor[i * units + k] * factor[j * units + k]).sum();
            let rest = matrix[i * units + j] - known;
            factor[i * units + j] = if i == j { rest.sqrt() } else { rest / factor[j * units + j] };
        }
    }
    factor
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};

    use super::*;
    use crate::architecture::Preset;
    use crate::model::{images_to_tensor, seed_alone};

    /// Images of noise, and their embeddings by `encoder`.
    fn embeddings(encoder: &Encoder, device: &Device) -> Features {
        let mut random = StdRng::seed_from_u64(3);
        let shape = encoder.architecture().input;
        let pixels: Vec<u8> = (0..400 * 28 * 28).map(|_| random.random()).collect();
        let embedding = encoder.forward(images_to_tensor(&pixels, shape, device)).embedding;
        Features { width: 64, values: embedding.try_to_vec_as::<f32>().unwrap() }
    }

    #[test]
    fn the_last_layer_takes_the_whitening_in() {
        let device = Device::flex();
        let _alone = seed_alone(&device, 0);
        let encoder = Encoder::new(&Preset::Edge28Depthwise.architecture(), &device);
        let before = embeddings(&encoder, &device);
        let whitening = Whitening::of(&before);
        let (expected, found) = (whitening.apply(&before), embeddings(&encoder.whitened(&whitening), &device));
        for (expected, found) in expected.values.iter().zip(&found.values) {
            assert!((expected - found).abs() < 2e-2 * (1.0 + expected.abs()), "{expected} {found}");
        }
    }

    #[test]
    fn whitened_embeddings_have_mean_0_and_covariance_1() {
        let mut random = StdRng::seed_from_u64(1);
        // Three units, the third nearly the sum of the others.
        let values = (0..1000).flat_map(|_| {
            let [a, b, c] = [(); 3].map(|()| random.random_range(-1.0..1.0_f32));
            [3.0 + a, 5.0 * b, 3.0 + a + 5.0 * b + 0.5 * c]
        });
        let features = Features { width: 3, values: values.collect() };
        let white = Whitening::of(&features).apply(&features);
        let of_unit = |unit: usize| white.values.iter().skip(unit).step_by(3);
        for i in 0..3 {
            assert!(of_unit(i).sum::<f32>().abs() < 1e-1);
            for j in 0..3 {
                let product: f32 = of_unit(i).zip(of_unit(j)).map(|(a, b)| a * b).sum::<f32>() / 999.0;
                let expected = f32::from(u8::from(i == j));
                assert!((product - expected).abs() < 0.05, "{i} {j}: {product}");
            }
        }
    }

    #[test]
    fn units_that_never_change_stay_numbers() {
        let features = Features { width: 2, values: [1.0, 2.0].repeat(10) };
        let white = Whitening::of(&features).apply(&features);
        assert!(white.values.iter().all(|value| value.abs() < 1e-3));
    }
}
