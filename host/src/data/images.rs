//! Images of one shape in memory.

use dim_model_format::Shape;

/// Raw images of one shape, with a class each if somebody gave them one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Images {
    /// `[height, width, channels]` of each image.
    pub shape: Shape,
    /// `[count, height, width, channels]`, channels innermost.
    pub pixels: Vec<u8>,
    /// `[count]`; class numbers, used by the evaluation only. None of images without classes.
    pub labels: Option<Vec<u8>>,
}

impl Images {
    /// No images of a shape, and so no classes.
    pub const fn none(shape: Shape) -> Self {
        Self { shape, pixels: Vec::new(), labels: None }
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.pixels.len() / self.image_len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.pixels.is_empty()
    }

    /// Bytes of one image.
    pub fn image_len(&self) -> usize {
        usize::from(self.shape.height) * usize::from(self.shape.width) * usize::from(self.shape.channels)
    }

    /// Pixels of image `index`, `[height, width, channels]`.
    pub fn image(&self, index: usize) -> &[u8] {
        let len = self.image_len();
        &self.pixels[index * len..(index + 1) * len]
    }

    /// Keeps the first `count` images.
    pub fn truncate(&mut self, count: usize) {
        self.pixels.truncate(count.saturating_mul(self.image_len()));
        if let Some(labels) = &mut self.labels {
            labels.truncate(count);
        }
    }

    /// A copy of the first `count` images, or of all if there are fewer.
    pub fn first(&self, count: usize) -> Self {
        let count = count.min(self.len());
        Self {
            shape: self.shape,
            pixels: self.pixels[..count * self.image_len()].to_vec(),
            labels: self.labels.as_ref().map(|labels| labels[..count].to_vec()),
        }
    }

    /// The middle of every image, in the shape that [`crop_fits`] allows.
    #[must_use]
    pub fn centre_cropped(self, shape: Shape) -> Self {
        if self.shape == shape {
            return self;
        }
        let corner = centre(self.shape, shape);
        let mut pixels = Vec::with_capacity(self.len() * usize::try_from(shape.elements()).unwrap_or(0));
        (0..self.len()).for_each(|index| push_crop(&mut pixels, self.image(index), self.shape, shape, corner));
        Self { shape, pixels, labels: self.labels }
    }
}

/// Whether images of shape `from` can be cropped to `to`: the same channels, and each way no smaller
/// and no more than twice as large, since less than half of an image shows something else.
pub fn crop_fits(from: Shape, to: Shape) -> bool {
    let fits = |from: u16, to: u16| (u32::from(to)..=2 * u32::from(to)).contains(&u32::from(from));
    from.channels == to.channels && fits(from.height, to.height) && fits(from.width, to.width)
}

/// `[row, column]` of the first pixel of the crop in the middle; an odd rest is left below and on the right.
pub(super) fn centre(from: Shape, to: Shape) -> [usize; 2] {
    [(from.height, to.height), (from.width, to.width)].map(|(from, to)| usize::from(from - to) / 2)
}

/// Appends the part of `image` whose first pixel is at `[row, column]`.
///
/// # Shapes
/// `image` `[height, width, channels]` as `from`; the part as `to`.
pub(super) fn push_crop(pixels: &mut Vec<u8>, image: &[u8], from: Shape, to: Shape, [row, column]: [usize; 2]) {
    let [width, channels, line] = [from.width, from.channels, to.width].map(usize::from);
    for y in row..row + usize::from(to.height) {
        pixels.extend_from_slice(&image[(y * width + column) * channels..][..line * channels]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn images() -> Images {
        // Two images of 4x5 pixels that count from 0 and from 100.
        let pixels = (0..20).chain(100..120).collect();
        Images { shape: Shape::new(4, 5, 1), pixels, labels: Some(vec![3, 1]) }
    }

    #[test]
    fn the_middle_of_every_image() {
        let cropped = images().centre_cropped(Shape::new(2, 4, 1));
        assert_eq!(cropped.pixels, [5, 6, 7, 8, 10, 11, 12, 13, 105, 106, 107, 108, 110, 111, 112, 113]);
        assert_eq!((cropped.len(), cropped.labels), (2, Some(vec![3, 1])));
        assert_eq!(images().centre_cropped(images().shape), images());
    }

    #[test]
    fn crops_keep_at_least_half_of_each_side_and_every_channel() {
        let fits = |from: [u16; 3]| crop_fits(Shape::new(from[0], from[1], from[2]), Shape::new(64, 32, 3));
        assert!(fits([64, 32, 3]) && fits([128, 64, 3]) && fits([96, 33, 3]));
        assert!(!fits([63, 32, 3]) && !fits([64, 31, 3]) && !fits([129, 64, 3]) && !fits([64, 65, 3]));
        assert!(!fits([64, 32, 1]));
    }

    #[test]
    fn the_first_images_with_their_classes() {
        let first = images().first(1);
        assert_eq!((first.pixels, first.labels), ((0..20).collect(), Some(vec![3])));
        assert_eq!(images().first(9), images());
        let mut unlabelled = Images { labels: None, ..images() };
        unlabelled.truncate(1);
        assert_eq!((unlabelled.len(), unlabelled.labels), (1, None));
        assert!(Images::none(Shape::new(2, 2, 1)).is_empty());
    }
}
