//! Spherical k-means (Dhillon and Modha 2001): directions around which those of many rows lie.

use burn::tensor::{Device, Int, Tensor, TensorData};
use dim_host::representation::Features;
use rand::rngs::StdRng;
use rand::seq::index::sample;

use crate::fused::product;

/// Times that rows are given to the nearest centre, and centres moved to the middle of theirs.
const ROUNDS: usize = 25;
/// Rows whose cosines are in memory at a time.
const ROWS: usize = 4096;

/// Directions, `[clusters, width]`, of length 1, that rows of length 1 are near to; at most as many as there are rows.
pub(super) fn k_means(rows: &Features, clusters: usize, random: &mut StdRng, device: &Device) -> Features {
    let chosen = sample(random, rows.count(), clusters);
    let mut centres = Features { width: rows.width, values: Vec::with_capacity(clusters * rows.width) };
    chosen.iter().for_each(|row| centres.values.extend_from_slice(rows.row(row)));
    for _ in 0..ROUNDS {
        let mut sums = vec![0.0_f64; centres.values.len()];
        let nearest = cosines(rows, &centres, device).flat_map(|cosines| {
            let nearest: Tensor<2, Int> = cosines.argmax(1);
            nearest.try_to_vec_as::<i64>().expect("a finished tensor on a working device can be read")
        });
        for (row, nearest) in rows.rows().zip(nearest) {
            let sum = &mut sums[nearest as usize * rows.width..][..rows.width];
            sum.iter_mut().zip(row).for_each(|(sum, number)| *sum += f64::from(*number));
        }
        for (centre, sum) in centres.values.chunks_exact_mut(rows.width).zip(sums.chunks_exact(rows.width)) {
            let length = sum.iter().map(|number| number * number).sum::<f64>().sqrt();
            // A centre that no row is nearest to stays where it is.
            if length > 0.0 {
                centre.iter_mut().zip(sum).for_each(|(number, sum)| *number = (sum / length) as f32);
            }
        }
    }
    centres
}

/// Of some rows at a time with every centre, `[rows, clusters]`.
pub(super) fn cosines<'a>(
    rows: &'a Features,
    centres: &Features,
    device: &Device,
) -> impl Iterator<Item = Tensor<2>> + use<'a> {
    let centres = to_tensor(&centres.values, centres.width, device).transpose();
    let (device, width) = (device.clone(), rows.width);
    rows.values.chunks(ROWS * width).map(move |rows| product(to_tensor(rows, width, &device), centres.clone()))
}

/// Rows of so many numbers.
pub(super) fn to_tensor(numbers: &[f32], width: usize, device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(numbers.to_vec(), [numbers.len() / width, width]), device)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn directions_of_rows_that_lie_together() {
        // Three bundles in a plane, of which one has most rows.
        let angles = [0.00_f32, 0.02, 0.04, 0.06, 0.08, 2.0, 2.02, 4.0, 4.04];
        let rows = Features { width: 2, values: angles.iter().flat_map(|angle| [angle.cos(), angle.sin()]).collect() };
        let found: Vec<Vec<f32>> = (0..8)
            .map(|seed| {
                let centres = k_means(&rows, 3, &mut StdRng::seed_from_u64(seed), &Device::flex());
                let mut angles: Vec<f32> =
                    centres.rows().map(|row| row[1].atan2(row[0]).rem_euclid(std::f32::consts::TAU)).collect();
                angles.sort_by(f32::total_cmp);
                angles
            })
            .collect();
        // Which centres it begins with decides where it ends; most ends are the three bundles.
        let bundles = [0.04, 2.01, 4.02];
        let is_bundles = |found: &&Vec<f32>| found.iter().zip(bundles).all(|(a, b)| (a - b).abs() < 1e-3);
        assert!(found.iter().filter(is_bundles).count() >= 3, "{found:?}");
    }

    #[test]
    fn as_many_centres_as_rows_are_the_rows() {
        let rows = Features { width: 2, values: vec![1.0, 0.0, 0.0, 1.0, -0.6, 0.8] };
        let mut centres: Vec<Vec<f32>> =
            k_means(&rows, 3, &mut StdRng::seed_from_u64(0), &Device::flex()).rows().map(<[f32]>::to_vec).collect();
        centres.sort_by(|a, b| b[0].total_cmp(&a[0]));
        assert_eq!(centres.concat(), rows.values);
    }
}
