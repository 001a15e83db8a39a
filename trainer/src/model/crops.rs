//! Images as overlapping crops, and back.

use burn::tensor::Tensor;

/// Cuts square crops of `size` pixels, `stride` apart, row by row.
///
/// # Shapes
/// `images` `[batch, channels, height, width]`; the result `[crops * batch, channels, size, size]`, the
/// first crop of every image first.
pub(super) fn unfold(images: &Tensor<4>, size: usize, stride: usize) -> Tensor<4> {
    let [_, _, height, width] = images.dims();
    let starts = |extent: usize| (0..=extent - size).step_by(stride);
    let crop = |y: usize, x: usize| images.clone().narrow(2, y, size).narrow(3, x, size);
    let crops = starts(height).flat_map(|y| starts(width).map(move |x| (y, x)));
    Tensor::cat(crops.map(|(y, x)| crop(y, x)).collect(), 0)
}

/// Makes a map of `grid` x `grid` cells out of one cell for each crop.
///
/// # Shapes
/// `cells` `[grid * grid * batch, channels, 1, 1]` in the order of [`unfold`]; the result
/// `[batch, channels, grid, grid]`.
pub(super) fn fold(cells: Tensor<4>, grid: usize) -> Tensor<4> {
    let [rows, channels, ..] = cells.dims();
    cells.reshape([grid, grid, rows / (grid * grid), channels]).permute([2, 3, 0, 1])
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    #[test]
    fn crops_lie_where_they_were_cut() {
        // Two images of 4x4; crops of 2x2, one apart, are summed to one cell each.
        let values: Vec<f32> = (0..32_u8).map(f32::from).collect();
        let images = Tensor::<4>::from_data(TensorData::new(values, [2, 1, 4, 4]), &Device::flex());
        let crops = unfold(&images, 2, 1);
        assert_eq!(crops.dims(), [18, 1, 2, 2]);
        let map = fold(crops.sum_dim(2).sum_dim(3), 3);
        assert_eq!(map.dims(), [2, 1, 3, 3]);
        let corner = |image: usize, y: usize, x: usize| (16 * image + 4 * y + x) as f32;
        let expected: Vec<f32> = (0..18).map(|i| 4.0 * corner(i / 9, i % 9 / 3, i % 3) + 10.0).collect();
        assert_eq!(map.try_to_vec_as::<f32>().unwrap(), expected);
    }
}
