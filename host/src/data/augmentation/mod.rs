//! Random views of an image: what a representation should not depend on.

mod color;
mod geometry;
#[cfg(test)]
mod tests;
mod window;

use geometry::Edge;
use rand::Rng;
use serde::{Deserialize, Serialize};

use super::images::centre;
pub use window::Window;

/// What a training step sees of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Augmentation {
    /// The image as it is, or its middle where it is larger than the encoder's input: the paper on CIFAR.
    #[default]
    None,
    /// A random crop, mirrored half of the time: the paper on STL-10, 64x64 of 96x96. An image that is as
    /// large as the encoder's input is first framed with real zeros, an eighth of its extent on each side.
    CropFlip,
    /// Mirrored half of the time, shifted by up to 11 % with its edge repeated, contrast changed by up to
    /// 40 % and brightness by up to 26 of 255: for grey images, where AMDIM's colours say nothing.
    ShiftTone,
    /// AMDIM (Bachman et al. 2019): all views of an image mirrored alike, half of the time; shifted by up to an
    /// eighth of its extent, its border reflected (80 %); brightness, contrast, saturation and hue changed by
    /// up to 0.4, 0.4, 0.4 and 0.2 (80 %); made grey (25 %). Of an image that is larger than the encoder's input, a
    /// random part (30 % to 100 % of its area, proportions 0.7 to 1.4) is scaled to it in place of the shift.
    Amdim,
    /// A random part of the image (30 % to 100 % of its area, proportions 0.7 to 1.4) scaled to the encoder's input, mirrored
    /// half of the time; colours changed and made grey as by AMDIM.
    ResizedCrop,
}

/// Contrast and brightness of [`Augmentation::ShiftTone`] vary by up to this share.
const TONE: f32 = 0.4;
/// Largest shift of [`Augmentation::ShiftTone`] in either direction, as a share of the extent: 3 pixels of 28.
const SHIFT: f64 = 0.11;
/// Largest shift and frame of the others, as a share of the extent: 4 pixels of 32.
const EIGHTH: f64 = 0.125;

impl Augmentation {
    /// Whether one decision mirrors all views of an image, to be taken before they are drawn.
    pub const fn mirrors_alike(self) -> bool {
        matches!(self, Self::Amdim)
    }

    /// Name in settings and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::CropFlip => "crop-flip",
            Self::ShiftTone => "shift-tone",
            Self::Amdim => "amdim",
            Self::ResizedCrop => "resized-crop",
        }
    }

    /// Appends a view of `image` to `pixels`. The image is mirrored as `mirrored` says, or else as is drawn.
    ///
    /// # Shapes
    /// `image` `[height, width, channels]` as `window.image`; the view as `window.input`.
    pub fn push_view(
        self,
        pixels: &mut Vec<u8>,
        image: &[u8],
        window: Window,
        mirrored: Option<bool>,
        random: &mut impl Rng,
    ) {
        let corner = centre(window.image, window.input).map(|at| at as isize);
        if self == Self::None {
            return geometry::push(pixels, image, window, corner, false, Edge::Repeated);
        }
        let start = pixels.len();
        let channels = usize::from(window.input.channels);
        let mirrored = mirrored.unwrap_or_else(|| random.random());
        match self {
            Self::None => {}
            Self::CropFlip => {
                let corner = geometry::draw_corner(window, EIGHTH, random);
                geometry::push(pixels, image, window, corner, mirrored, Edge::Zero);
            }
            Self::ShiftTone => {
                let corner = geometry::draw_shift(corner, window.image, SHIFT, random);
                geometry::push(pixels, image, window, corner, mirrored, Edge::Repeated);
                color::change_tone(&mut pixels[start..], TONE, random);
            }
            Self::Amdim => {
                if window.image == window.input {
                    let is_shifted = random.random_bool(0.8);
                    let shifted = geometry::draw_shift(corner, window.image, EIGHTH, random);
                    let corner = if is_shifted { shifted } else { corner };
                    geometry::push(pixels, image, window, corner, mirrored, Edge::Reflected);
                } else {
                    geometry::push_random_part(pixels, image, window, mirrored, random);
                }
                color::change(&mut pixels[start..], channels, random);
            }
            Self::ResizedCrop => {
                geometry::push_random_part(pixels, image, window, mirrored, random);
                color::change(&mut pixels[start..], channels, random);
            }
        }
    }
}
