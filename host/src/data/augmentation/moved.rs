//! All images moved alike, with nothing drawn.

use super::geometry::{Edge, push};
use super::window::Window;
use crate::data::Images;

/// Each image as seen from so many rows further down and columns further right, or its mirror image; what is beyond the border is the
/// image reflected at it.
pub fn moved(images: &Images, by: [isize; 2], mirrored: bool) -> Images {
    let window = Window { image: images.shape, input: images.shape };
    let mut pixels = Vec::with_capacity(images.pixels.len());
    (0..images.len()).for_each(|index| push(&mut pixels, images.image(index), window, by, mirrored, Edge::Reflected));
    Images { shape: images.shape, pixels, labels: images.labels.clone() }
}
