//! Hides a part of every image, from which the rest must still be known.

use burn::tensor::{Tensor, TensorData};
use rand::Rng;
use rand::rngs::StdRng;

/// A part of an image, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rectangle {
    /// First row.
    pub top: usize,
    /// First column.
    pub left: usize,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
}

impl Rectangle {
    /// Draws what to hide: at least one square of `block` pixels a side hidden and one visible (Hjelm et al. 2019,
    /// section 4.3; their block is what a local feature sees). All rectangles that do so are equally likely.
    ///
    /// # Shapes
    /// `[height, width]` of the image; `2 * block` must be at most one of them, and `block` at most the other.
    pub fn draw([height, width]: [usize; 2], block: usize, random: &mut StdRng) -> Self {
        let span = |extent: usize, random: &mut StdRng| {
            // Two edges in any order give every span the same chance.
            loop {
                let [a, b] = [random.random_range(0..=extent), random.random_range(0..=extent)];
                if a + block <= b {
                    return (a, b - a);
                }
            }
        };
        loop {
            let ((top, rows), (left, columns)) = (span(height, random), span(width, random));
            let beside = [top, height - top - rows, left, width - left - columns];
            if beside.iter().any(|margin| *margin >= block) {
                return Self { top, left, height: rows, width: columns };
            }
        }
    }
}

/// Images with a rectangle of each set to 0, which is mid-grey.
///
/// # Shapes
/// `images` `[batch, channels, height, width]` and the result too.
pub fn occlude(images: Tensor<4>, block: usize, random: &mut StdRng) -> Tensor<4> {
    let [batch, _, height, width] = images.dims();
    let mut visible = vec![1.0_f32; batch * height * width];
    for image in visible.chunks_exact_mut(height * width) {
        let hidden = Rectangle::draw([height, width], block, random);
        for row in image.chunks_exact_mut(width).skip(hidden.top).take(hidden.height) {
            row[hidden.left..hidden.left + hidden.width].fill(0.0);
        }
    }
    let visible = Tensor::<4>::from_data(TensorData::new(visible, [batch, 1, height, width]), &images.device());
    images * visible
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use rand::SeedableRng;

    use super::*;

    /// Whether some square of `block` pixels a side is all `hidden`, looked for one by one.
    fn has_block(image: &[f32], width: usize, block: usize, hidden: bool) -> bool {
        let height = image.len() / width;
        let is_hidden = |y: usize, x: usize| image[y * width + x] == 0.0;
        let square = |y: usize, x: usize| (y..y + block).all(|y| (x..x + block).all(|x| is_hidden(y, x) == hidden));
        (0..=height - block).any(|y| (0..=width - block).any(|x| square(y, x)))
    }

    #[test]
    fn a_block_is_hidden_and_a_block_is_visible() {
        for (height, width, block) in [(32, 32, 10), (28, 28, 10), (20, 20, 10), (12, 24, 12)] {
            let images = Tensor::<4>::ones([64, 2, height, width], &Device::flex());
            let occluded = occlude(images, block, &mut StdRng::seed_from_u64(3)).try_to_vec_as::<f32>().unwrap();
            let images: Vec<_> = occluded.chunks_exact(height * width).collect();
            for pair in images.chunks_exact(2) {
                assert_eq!(pair[0], pair[1], "channels are hidden together");
                assert!(has_block(pair[0], width, block, true) && has_block(pair[0], width, block, false));
            }
            assert!(images.windows(3).step_by(2).any(|images| images[0] != images[2]), "each image has its own");
        }
    }

    #[test]
    fn visible_pixels_stay() {
        let images = Tensor::<4>::full([4, 1, 28, 28], -0.75, &Device::flex());
        let occluded = occlude(images, 10, &mut StdRng::seed_from_u64(3)).try_to_vec_as::<f32>().unwrap();
        assert!(occluded.iter().all(|pixel| *pixel == 0.0 || *pixel == -0.75));
    }
}
