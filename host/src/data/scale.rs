//! Scales a part of an image.

use std::ops::Range;

/// A rectangle of whole pixels in an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
}

impl Region {
    /// The largest region of an image of `[height, width]` in its middle that has the proportions of `to`.
    pub(super) fn middle([height, width]: [usize; 2], to: [usize; 2]) -> Self {
        let of = |extent: usize, numerator: usize, denominator: usize| {
            ((extent * numerator + denominator / 2) / denominator).max(1)
        };
        let [rows, columns] = match width * to[0] > height * to[1] {
            true => [height, of(height, to[1], to[0])],
            false => [of(width, to[0], to[1]), width],
        };
        let middle = |extent: usize, part: usize| (extent - part) / 2..(extent - part) / 2 + part;
        Self { rows: middle(height, rows), columns: middle(width, columns) }
    }
}

/// The region of `image` scaled to `to`, `[height, width]`; each new pixel is the mean of those below a
/// triangle around its place, as wide as two pixels of the coarser of both grids: bilinear where it
/// enlarges, without aliasing where it shrinks.
///
/// # Shapes
/// `image` `[_, width, channels]`, channels innermost; the result `[to[0], to[1], channels]`.
pub(super) fn scale(image: &[u8], [width, channels]: [usize; 2], region: &Region, to: [usize; 2]) -> Vec<u8> {
    let (across, down) = (weights(region.columns.len(), to[1]), weights(region.rows.len(), to[0]));
    let mut lines = vec![0.0; region.rows.len() * to[1] * channels];
    for (row, line) in region.rows.clone().zip(lines.chunks_exact_mut(to[1] * channels)) {
        let source = &image[(row * width + region.columns.start) * channels..];
        for (pixel, (first, weights)) in line.chunks_exact_mut(channels).zip(&across) {
            for (weight, source) in weights.iter().zip(source[first * channels..].chunks_exact(channels)) {
                pixel.iter_mut().zip(source).for_each(|(sum, value)| *sum += weight * f32::from(*value));
            }
        }
    }
    let mut scaled = Vec::with_capacity(to[0] * to[1] * channels);
    let mut sums = vec![0.0; to[1] * channels];
    for (first, weights) in &down {
        sums.fill(0.0);
        for (weight, line) in weights.iter().zip(lines.chunks_exact(to[1] * channels).skip(*first)) {
            sums.iter_mut().zip(line).for_each(|(sum, value)| *sum += weight * value);
        }
        // A cast to u8 saturates.
        scaled.extend(sums.iter().map(|sum| sum.round() as u8));
    }
    scaled
}

/// For each of `to` new places along an axis: the first of the `from` old ones that counts, and the share of
/// it and of those after it.
fn weights(from: usize, to: usize) -> Vec<(usize, Vec<f32>)> {
    let step = from as f64 / to as f64;
    let reach = step.max(1.0);
    let place = |index: usize| {
        let centre = (index as f64 + 0.5) * step;
        let first = (centre - reach + 0.5).max(0.0) as usize;
        let end = ((centre + reach + 0.5) as usize).min(from);
        let weights: Vec<f64> =
            (first..end).map(|old| (1.0 - (old as f64 + 0.5 - centre).abs() / reach).max(0.0)).collect();
        let sum: f64 = weights.iter().sum();
        (first, weights.iter().map(|weight| (weight / sum) as f32).collect())
    };
    (0..to).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(rows: usize, columns: usize) -> Region {
        Region { rows: 0..rows, columns: 0..columns }
    }

    #[test]
    fn the_same_size_is_the_same_image() {
        let image: Vec<u8> = (0..60).map(|at| (at * 37 % 251) as u8).collect();
        assert_eq!(scale(&image, [5, 3], &whole(4, 5), [4, 5]), image);
        let region = Region { rows: 1..3, columns: 2..4 };
        let part: Vec<u8> =
            [1, 2].iter().flat_map(|row| image[(row * 5 + 2) * 3..(row * 5 + 4) * 3].to_vec()).collect();
        assert_eq!(scale(&image, [5, 3], &region, [2, 2]), part);
    }

    #[test]
    fn halves_and_doubles_as_worked_out_by_hand() {
        // Pixels at 0.5, 1.5, 2.5, 3.5 below a triangle of reach 2 around 1: shares 3/4, 3/4, 1/4, 0 of a sum of 7/4.
        let [first, second] = [50, 160]; // (3 * 70 + 140) / 7 and (70 + 3 * 140 + 3 * 210) / 7
        assert_eq!(scale(&[0, 70, 140, 210], [4, 1], &whole(1, 4), [1, 2]), [first, second]);
        // Places 0.25, 0.75, 1.25, 1.75 between pixels at 0.5 and 1.5.
        assert_eq!(scale(&[0, 100], [2, 1], &whole(1, 2), [1, 4]), [0, 25, 75, 100]);
        assert_eq!(scale(&[0, 100], [1, 1], &whole(2, 1), [4, 1]), [0, 25, 75, 100]);
    }

    #[test]
    fn one_colour_stays_at_every_size() {
        let image = [17, 200].repeat(9 * 7);
        for to in [[1, 1], [3, 2], [9, 7], [20, 31]] {
            assert_eq!(scale(&image, [7, 2], &whole(9, 7), to), [17, 200].repeat(to[0] * to[1]));
        }
    }

    #[test]
    fn the_middle_has_the_proportions_of_the_goal() {
        assert_eq!(Region::middle([100, 200], [32, 32]), Region { rows: 0..100, columns: 50..150 });
        assert_eq!(Region::middle([300, 200], [28, 28]), Region { rows: 50..250, columns: 0..200 });
        assert_eq!(Region::middle([300, 200], [64, 32]), Region { rows: 0..300, columns: 25..175 });
        assert_eq!(Region::middle([1, 1000], [32, 32]), Region { rows: 0..1, columns: 499..500 });
        assert_eq!(Region::middle([3, 3], [1, 1000]), Region { rows: 1..2, columns: 0..3 });
    }
}
