//! How alike two images look: structural similarity on one scale (SSIM) and on several (MS-SSIM).

/// Pixels on a side of the Gaussian window.
const WINDOW: usize = 11;
/// Its standard deviation in pixels.
const SIGMA: f64 = 1.5;
/// Difference between black and white, the range of raw pixels.
pub const DYNAMIC_RANGE: f64 = 255.0;
/// Keeps the comparison of luminances finite where both are dark, `(K1 L)^2`.
const C1: f64 = (0.01 * DYNAMIC_RANGE) * (0.01 * DYNAMIC_RANGE);
/// Keeps the comparison of contrasts finite where both are flat, `(K2 L)^2`.
const C2: f64 = (0.03 * DYNAMIC_RANGE) * (0.03 * DYNAMIC_RANGE);
/// Weight of each scale, finest first (Wang et al. 2003, section 3.2).
const SCALE_WEIGHTS: [f64; 5] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

/// Weights of the scales on which the window fits an image, finest first: up to five, scaled to sum 1.
///
/// Each scale halves the image, and a window needs 11 pixels: 28 and 32 pixels have two scales, 64 has three,
/// 176 and more have five. Empty for less than 11 pixels.
pub fn scale_weights(height: usize, width: usize) -> Vec<f64> {
    let fitting = (0..SCALE_WEIGHTS.len()).take_while(|scale| height.min(width) >> scale >= WINDOW).count();
    let sum: f64 = SCALE_WEIGHTS[..fitting].iter().sum();
    SCALE_WEIGHTS[..fitting].iter().map(|weight| weight / sum).collect()
}

/// Structural similarity, -1 to 1, of two images (Wang et al. 2004, equation 13): the mean of
/// `(2 ma mb + C1)(2 sab + C2) / ((ma^2 + mb^2 + C1)(sa^2 + sb^2 + C2))` over all places of the window
/// inside the image and all channels, with means `m`, variances `s^2` and covariance `sab` weighted by the window.
///
/// `None` for an image that is smaller than the window.
///
/// # Shapes
/// `a` and `b` `[height, width, channels]` as in `shape`, numbers in `[0, 255]`.
pub fn ssim(a: &[f32], b: &[f32], shape: [usize; 3]) -> Option<f64> {
    over_channels(a, b, shape, |a, b| compare(a, b).similarity)
}

/// Structural similarity on several scales, 0 to 1 (Wang et al. 2003, equation 7): the product of
/// contrast-and-structure on every scale but the coarsest and of the whole similarity on the coarsest, each
/// averaged over the image and raised to its [weight](scale_weights). A negative average counts as 0, since it has
/// no real power. The next scale is the mean of 2x2 pixels; an odd last row or column is dropped.
///
/// `None` for an image that is smaller than the window.
///
/// # Shapes
/// As [`ssim`].
pub fn ms_ssim(a: &[f32], b: &[f32], shape: [usize; 3]) -> Option<f64> {
    over_channels(a, b, shape, |a, b| {
        let weights = scale_weights(a.height, a.width);
        let (mut a, mut b) = (a.clone(), b.clone());
        let mut product = 1.0;
        for (scale, weight) in weights.iter().enumerate() {
            let Comparison { similarity, contrast_structure } = compare(&a, &b);
            let coarsest = scale + 1 == weights.len();
            product *= if coarsest { similarity } else { contrast_structure }.max(0.0).powf(*weight);
            if !coarsest {
                (a, b) = (a.halved(), b.halved());
            }
        }
        product
    })
}

/// One channel of an image.
#[derive(Debug, Clone)]
struct Plane {
    height: usize,
    width: usize,
    values: Vec<f64>,
}

/// Averages over the places of the window.
struct Comparison {
    similarity: f64,
    contrast_structure: f64,
}

fn over_channels(a: &[f32], b: &[f32], shape: [usize; 3], of: impl Fn(&Plane, &Plane) -> f64) -> Option<f64> {
    let [height, width, channels] = shape;
    if height.min(width) < WINDOW {
        return None;
    }
    let plane = |image: &[f32], channel: usize| {
        let values = image.iter().skip(channel).step_by(channels).map(|value| f64::from(*value)).collect();
        Plane { height, width, values }
    };
    let sum: f64 = (0..channels).map(|channel| of(&plane(a, channel), &plane(b, channel))).sum();
    Some(sum / channels as f64)
}

fn compare(a: &Plane, b: &Plane) -> Comparison {
    let [mean_a, mean_b] = [a, b].map(Plane::blurred);
    let [square_a, square_b, product] = [(a, a), (b, b), (a, b)].map(|(a, b)| a.times(b).blurred());
    let mut sums = Comparison { similarity: 0.0, contrast_structure: 0.0 };
    for index in 0..mean_a.values.len() {
        let at = |plane: &Plane| plane.values[index];
        let (ma, mb) = (at(&mean_a), at(&mean_b));
        let (variance_a, variance_b) = (at(&square_a) - ma * ma, at(&square_b) - mb * mb);
        let covariance = at(&product) - ma * mb;
        let luminance = (2.0 * ma * mb + C1) / (ma * ma + mb * mb + C1);
        let contrast_structure = (2.0 * covariance + C2) / (variance_a + variance_b + C2);
        sums.similarity += luminance * contrast_structure;
        sums.contrast_structure += contrast_structure;
    }
    let places = mean_a.values.len() as f64;
    Comparison { similarity: sums.similarity / places, contrast_structure: sums.contrast_structure / places }
}

impl Plane {
    fn times(&self, other: &Self) -> Self {
        let values = self.values.iter().zip(&other.values).map(|(a, b)| a * b).collect();
        Self { height: self.height, width: self.width, values }
    }

    /// Gaussian-weighted mean at every place of the window inside the plane.
    fn blurred(&self) -> Self {
        let gaussian: [f64; WINDOW] = std::array::from_fn(|index| {
            let distance = index as f64 - (WINDOW / 2) as f64;
            (-distance * distance / (2.0 * SIGMA * SIGMA)).exp()
        });
        let sum: f64 = gaussian.iter().sum();
        let mean = |values: &mut dyn Iterator<Item = f64>| -> f64 {
            values.zip(gaussian).map(|(value, weight)| value * weight).sum::<f64>() / sum
        };
        let (height, width) = (self.height + 1 - WINDOW, self.width + 1 - WINDOW);
        let across: Vec<f64> = self
            .values
            .chunks_exact(self.width)
            .flat_map(|row| row.windows(WINDOW).map(|window| mean(&mut window.iter().copied())))
            .collect();
        let down = |index: usize| mean(&mut across[index..].iter().step_by(width).copied());
        Self { height, width, values: (0..height * width).map(down).collect() }
    }

    /// Means of 2x2 pixels.
    fn halved(&self) -> Self {
        let (height, width) = (self.height / 2, self.width / 2);
        let mean = |index: usize| {
            let first = index / width * 2 * self.width + index % width * 2;
            let [upper, lower] = [first, first + self.width].map(|at| self.values[at] + self.values[at + 1]);
            (upper + lower) / 4.0
        };
        Self { height, width, values: (0..height * width).map(mean).collect() }
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};

    use super::*;

    fn noise(shape: [usize; 3], seed: u64) -> Vec<f32> {
        let mut random = StdRng::seed_from_u64(seed);
        (0..shape.iter().product()).map(|_| random.random_range(0.0..255.0)).collect()
    }

    #[test]
    fn an_image_is_wholly_like_itself() {
        for shape in [[28, 28, 1], [32, 32, 3], [64, 48, 3], [11, 11, 1]] {
            let image = noise(shape, 1);
            assert!((ssim(&image, &image, shape).unwrap() - 1.0).abs() < 1e-12);
            assert!((ms_ssim(&image, &image, shape).unwrap() - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn scales_are_those_that_fit_and_their_weights_sum_to_one() {
        let counts =
            [(10, 0), (11, 1), (21, 1), (22, 2), (28, 2), (32, 2), (64, 3), (96, 4), (175, 4), (176, 5), (999, 5)];
        for (side, count) in counts {
            let weights = scale_weights(side, side + 7);
            assert_eq!(weights.len(), count, "{side}");
            assert!(count == 0 || (weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
        // 0.0448 / (0.0448 + 0.2856)
        assert!((scale_weights(32, 32)[0] - 0.135_593).abs() < 1e-6);
        assert_eq!(ssim(&[0.0; 100], &[0.0; 100], [10, 10, 1]), None);
        assert_eq!(ms_ssim(&[0.0; 100], &[0.0; 100], [10, 10, 1]), None);
    }

    /// Flat images differ in luminance alone: `(2xy + C1) / (x^2 + y^2 + C1)`, on several scales to the power of the last weight.
    #[test]
    fn a_shift_of_a_flat_image_is_judged_by_luminance() {
        let (x, y) = (100.0_f32, 140.0_f32);
        let luminance = (2.0 * 14_000.0 + 6.5025) / (10_000.0 + 19_600.0 + 6.5025);
        let [a, b] = [[x; 32 * 32 * 3], [y; 32 * 32 * 3]];
        assert!((ssim(&a, &b, [32, 32, 3]).unwrap() - luminance).abs() < 1e-9);
        let expected = f64::powf(luminance, 0.2856 / (0.0448 + 0.2856));
        assert!((ms_ssim(&a, &b, [32, 32, 3]).unwrap() - expected).abs() < 1e-9);
    }

    /// Stripes `mean ± amplitude` of one pixel: the window sees the mean shifted by `±amplitude * e`, with
    /// `e = sum of (-1)^i g(i)`, and the variance `amplitude^2 (1 - e^2)`. Half the contrast about the same mean then has a closed form.
    #[test]
    fn a_change_of_contrast_has_its_closed_form() {
        let (mean, amplitude, factor) = (128.0, 80.0, 0.5);
        let stripes = |amplitude: f64| -> Vec<f32> {
            let sign = |index: usize| if (index % 16).is_multiple_of(2) { 1.0 } else { -1.0 };
            (0..256).map(|index| (mean + amplitude * sign(index)) as f32).collect()
        };
        let weight = |i: i32| (-f64::from(i * i) / 4.5).exp();
        let total: f64 = (-5..=5).map(weight).sum();
        let e: f64 = (-5..=5).map(|i| if i % 2 == 0 { weight(i) } else { -weight(i) }).sum::<f64>() / total;
        let variance = amplitude * amplitude * (1.0 - e * e);
        let contrast_structure = (2.0 * factor * variance + C2) / ((1.0 + factor * factor) * variance + C2);
        let luminance = |sign: f64| {
            let (ma, mb) = (mean + sign * amplitude * e, mean + sign * factor * amplitude * e);
            (2.0 * ma * mb + C1) / (ma * ma + mb * mb + C1)
        };
        let expected = contrast_structure * (luminance(1.0) + luminance(-1.0)) / 2.0;
        let found = ssim(&stripes(amplitude), &stripes(factor * amplitude), [16, 16, 1]).unwrap();
        assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        assert!((contrast_structure - 0.8).abs() < 0.01, "{contrast_structure}");
    }

    /// Written from the papers' formulas alone: two-dimensional windows, centred moments, recursion over scales.
    mod naive {
        fn window(i: usize, j: usize) -> f64 {
            let (y, x) = (i as f64 - 5.0, j as f64 - 5.0);
            (-(y * y + x * x) / (2.0 * 1.5 * 1.5)).exp()
        }

        pub(super) fn similarities(a: &[Vec<f64>], b: &[Vec<f64>]) -> (f64, f64) {
            let (mut whole, mut contrast, mut places) = (0.0, 0.0, 0.0);
            for top in 0..=a.len() - 11 {
                for left in 0..=a[0].len() - 11 {
                    let moment = |of: &dyn Fn(f64, f64) -> f64| {
                        let (mut sum, mut weights) = (0.0, 0.0);
                        for i in 0..11 {
                            for j in 0..11 {
                                sum += window(i, j) * of(a[top + i][left + j], b[top + i][left + j]);
                                weights += window(i, j);
                            }
                        }
                        sum / weights
                    };
                    let (ma, mb) = (moment(&|a, _| a), moment(&|_, b| b));
                    let va = moment(&|a, _| (a - ma).powi(2));
                    let vb = moment(&|_, b| (b - mb).powi(2));
                    let cov = moment(&|a, b| (a - ma) * (b - mb));
                    let l = (2.0 * ma * mb + 6.5025) / (ma.powi(2) + mb.powi(2) + 6.5025);
                    let cs = (2.0 * cov + 58.5225) / (va + vb + 58.5225);
                    whole += l * cs;
                    contrast += cs;
                    places += 1.0;
                }
            }
            (whole / places, contrast / places)
        }

        pub(super) fn multi_scale(a: &[Vec<f64>], b: &[Vec<f64>], weights: &[f64]) -> f64 {
            let (whole, contrast) = similarities(a, b);
            match weights {
                [last] => whole.max(0.0).powf(*last),
                [first, rest @ ..] => {
                    let half = |image: &[Vec<f64>]| -> Vec<Vec<f64>> {
                        let mean = |i: usize, j: usize| {
                            (image[2 * i][2 * j]
                                + image[2 * i][2 * j + 1]
                                + image[2 * i + 1][2 * j]
                                + image[2 * i + 1][2 * j + 1])
                                / 4.0
                        };
                        (0..image.len() / 2).map(|i| (0..image[0].len() / 2).map(|j| mean(i, j)).collect()).collect()
                    };
                    contrast.max(0.0).powf(*first) * multi_scale(&half(a), &half(b), rest)
                }
                [] => 1.0,
            }
        }
    }

    #[test]
    fn agrees_with_an_independent_implementation() {
        for (shape, seed) in [([28, 28, 1], 1), ([33, 27, 3], 2), ([64, 64, 1], 3)] {
            let a = noise(shape, seed);
            let other = noise(shape, seed + 100);
            let b: Vec<f32> = a.iter().zip(&other).map(|(a, other)| 0.7 * a + 0.2 * other + 11.0).collect();
            let [height, width, channels] = shape;
            let rows = |image: &[f32], channel: usize| -> Vec<Vec<f64>> {
                let at = |y: usize, x: usize| f64::from(image[(y * width + x) * channels + channel]);
                (0..height).map(|y| (0..width).map(|x| at(y, x)).collect()).collect()
            };
            let raw = &[0.0448, 0.2856, 0.3001][..scale_weights(height, width).len()];
            let weights: Vec<f64> = raw.iter().map(|weight| weight / raw.iter().sum::<f64>()).collect();
            let (mut one, mut several) = (0.0, 0.0);
            for channel in 0..channels {
                let (a, b) = (rows(&a, channel), rows(&b, channel));
                one += naive::similarities(&a, &b).0 / channels as f64;
                several += naive::multi_scale(&a, &b, &weights) / channels as f64;
            }
            assert!((ssim(&a, &b, shape).unwrap() - one).abs() < 1e-9);
            assert!((ms_ssim(&a, &b, shape).unwrap() - several).abs() < 1e-9);
            assert!(several < 0.999 && several > 0.5, "{several}");
        }
    }

    #[test]
    fn an_inverted_image_has_negative_ssim_and_no_ms_ssim() {
        let a = noise([32, 32, 1], 5);
        let b: Vec<f32> = a.iter().map(|value| 255.0 - value).collect();
        assert!(ssim(&a, &b, [32, 32, 1]).unwrap() < -0.5);
        assert_eq!(ms_ssim(&a, &b, [32, 32, 1]), Some(0.0));
    }
}
