//! Gaussian blur.

use dim_model_format::Shape;
use rand::Rng;

use super::strength::Strength;

/// Standard deviations in pixels (Chen et al. 2020, appendix A); the least changes no byte.
const DEVIATIONS: (f64, f64) = (0.1, 2.0);
/// A kernel reaches this part of the extent to either side, at least one pixel: 3 pixels of 32, 9 of 96, 23 of 224. The
/// source has a tenth of the extent.
const REACH: usize = 20;

/// A standard deviation, in pixels.
pub(super) fn draw_deviation(strength: Strength, random: &mut impl Rng) -> f64 {
    let (least, most) = DEVIATIONS;
    random.random_range(least..=strength.between(least, most))
}

/// Makes each pixel the mean of those around it, with weights `e^(-d^2 / (2 deviation^2))` at the distance d, along rows
/// and columns; beyond the border the pixel there is repeated.
///
/// # Shapes
/// `pixels` as `shape`, `[height, width, channels]`.
pub(super) fn blur(pixels: &mut [u8], shape: Shape, deviation: f64) {
    let [height, width, channels] = [shape.height, shape.width, shape.channels].map(usize::from);
    let row = width * channels;
    let (across, down) = (kernel(width, deviation), kernel(height, deviation));
    let reach = across.len() / 2;
    let mut lines = vec![0.0_f32; pixels.len()];
    let mut framed = vec![0.0_f32; row + 2 * reach * channels];
    for (line, pixels) in lines.chunks_exact_mut(row).zip(pixels.chunks_exact(row)) {
        let (before, rest) = framed.split_at_mut(reach * channels);
        let (inside, after) = rest.split_at_mut(row);
        inside.iter_mut().zip(pixels).for_each(|(value, pixel)| *value = f32::from(*pixel));
        before.chunks_exact_mut(channels).for_each(|pixel| pixel.copy_from_slice(&inside[..channels]));
        after.chunks_exact_mut(channels).for_each(|pixel| pixel.copy_from_slice(&inside[row - channels..]));
        for (at, weight) in across.iter().enumerate() {
            add(line, &framed[at * channels..], *weight);
        }
    }
    let mut sums = vec![0.0_f32; row];
    for (y, pixels) in pixels.chunks_exact_mut(row).enumerate() {
        sums.fill(0.0);
        for (at, weight) in down.iter().enumerate() {
            let y = (y + at).saturating_sub(down.len() / 2).min(height - 1);
            add(&mut sums, &lines[y * row..], *weight);
        }
        // A cast to u8 saturates.
        pixels.iter_mut().zip(&sums).for_each(|(pixel, sum)| *pixel = sum.round() as u8);
    }
}

fn add(sums: &mut [f32], values: &[f32], weight: f32) {
    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
}

/// Weights of an odd number of pixels, which add up to 1.
fn kernel(extent: usize, deviation: f64) -> Vec<f32> {
    let reach = (extent / REACH).max(1) as i32;
    let weights: Vec<f64> =
        (-reach..=reach).map(|at| (-f64::from(at * at) / (2.0 * deviation * deviation)).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| (weight / sum) as f32).collect()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    fn blurred(mut pixels: Vec<u8>, shape: Shape, deviation: f64) -> Vec<u8> {
        blur(&mut pixels, shape, deviation);
        pixels
    }

    #[test]
    fn a_point_becomes_the_products_of_the_kernels() {
        // e^(-1/2) = 0.60653, so that the weights are 0.27407, 0.45186 and 0.27407.
        let mut point = vec![0; 5 * 5];
        point[2 * 5 + 2] = 200;
        let (corner, side, middle) = (15, 25, 41);
        let mut expected = vec![0; 5 * 5];
        for (row, values) in [[corner, side, corner], [side, middle, side], [corner, side, corner]].iter().enumerate() {
            expected[(row + 1) * 5 + 1..][..3].copy_from_slice(values);
        }
        assert_eq!(blurred(point, Shape::new(5, 5, 1), 1.0), expected);
    }

    #[test]
    fn as_the_double_sum_says_at_every_size_and_in_every_channel() {
        for (height, width, channels) in [(1, 1, 1), (3, 40, 1), (32, 32, 3), (45, 7, 2)] {
            let shape = Shape::new(height, width, channels);
            let [height, width, channels] = [height, width, channels].map(usize::from);
            let pixels: Vec<u8> = (0..height * width * channels).map(|at| (at * at * 31 % 251) as u8).collect();
            for deviation in [0.4, 2.0] {
                let found = blurred(pixels.clone(), shape, deviation);
                let reach = |extent: usize| (extent / 20).max(1) as isize;
                for (at, found) in found.iter().enumerate() {
                    let (y, x, channel) = (at / channels / width, at / channels % width, at % channels);
                    let (mut sum, mut weights) = (0.0, 0.0);
                    for down in -reach(height)..=reach(height) {
                        for across in -reach(width)..=reach(width) {
                            let weight = (-((down * down + across * across) as f64) / (2.0 * deviation.powi(2))).exp();
                            let y = (y as isize + down).clamp(0, height as isize - 1) as usize;
                            let x = (x as isize + across).clamp(0, width as isize - 1) as usize;
                            sum += weight * f64::from(pixels[(y * width + x) * channels + channel]);
                            weights += weight;
                        }
                    }
                    assert!((f64::from(*found) - sum / weights).abs() < 0.501, "{shape} {deviation} at {at}");
                }
            }
        }
    }

    #[test]
    fn one_grey_and_the_least_deviation_change_nothing() {
        let shape = Shape::new(32, 32, 3);
        assert_eq!(blurred(vec![77; 32 * 32 * 3], shape, 2.0), vec![77; 32 * 32 * 3]);
        let pixels: Vec<u8> = (0..32 * 32 * 3).map(|at| (at * 89 % 256) as u8).collect();
        assert_eq!(blurred(pixels.clone(), shape, DEVIATIONS.0), pixels);
        let mut random = StdRng::seed_from_u64(1);
        assert_eq!(draw_deviation(Strength::new(0.0), &mut random), DEVIATIONS.0);
        let drawn: Vec<f64> = (0..500).map(|_| draw_deviation(Strength::FULL, &mut random)).collect();
        assert!(drawn.iter().all(|deviation| (0.1..=2.0).contains(deviation)));
        // Of deviation 1.9 / sqrt(12): five standard errors are 0.123.
        assert!((drawn.iter().sum::<f64>() / 500.0 - 1.05).abs() < 0.123);
    }

    #[test]
    fn kernels_are_a_tenth_of_the_extent() {
        let lengths = [1, 8, 28, 32, 64, 96, 224].map(|extent| kernel(extent, 1.0).len());
        assert_eq!(lengths, [3, 3, 3, 3, 7, 9, 23]);
    }
}
