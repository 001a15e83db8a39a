//! From an image to a view of it.

use rand::Rng;

use super::crop::Crop;
use super::geometry::{self, Edge};
use super::kind::Augmentation;
use super::strength::Strength;
use super::window::Window;
use super::{blur, color, signal};
use crate::data::images::centre;

/// Contrast and brightness of [`Augmentation::ShiftTone`] vary by up to this share.
const TONE: f32 = 0.4;
/// Largest shift of [`Augmentation::ShiftTone`] in either direction, as a share of the extent: 3 pixels of 28.
const SHIFT: f64 = 0.11;
/// Largest shift and frame of the others, as a share of the extent: 4 pixels of 32.
const EIGHTH: f64 = 0.125;

/// How the views of a step are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Augmentations {
    /// What changes them.
    pub augmentation: Augmentation,
    /// Share of the views that are blurred, where they are pictures.
    pub blur: f64,
    /// How much.
    pub strength: Strength,
}

impl Augmentations {
    /// Appends a view of `image` to `pixels`. The image is mirrored as `mirrored` says, or else as is drawn.
    /// Only [of pictures](Augmentation::is_of_pictures) there are small crops; others are seen whole.
    ///
    /// # Shapes
    /// `image` `[height, width, channels]` as `window.image`; the view as `window.input`.
    pub fn push_view(
        &self,
        pixels: &mut Vec<u8>,
        image: &[u8],
        window: Window,
        crop: Crop,
        mirrored: Option<bool>,
        random: &mut impl Rng,
    ) {
        match self.augmentation {
            Augmentation::None => {
                geometry::push(pixels, image, window, middle(window), false, Edge::Repeated);
            }
            Augmentation::Signal => signal::push(pixels, image, window, self.strength, random),
            _ => {
                let start = pixels.len();
                let mirrored = mirrored.unwrap_or_else(|| random.random());
                self.push_part(pixels, image, window, crop, mirrored, random);
                self.change(&mut pixels[start..], window, random);
            }
        }
    }

    /// Appends the part of a picture that is seen.
    fn push_part(
        &self,
        pixels: &mut Vec<u8>,
        image: &[u8],
        window: Window,
        crop: Crop,
        mirrored: bool,
        random: &mut impl Rng,
    ) {
        let Self { augmentation, strength, .. } = *self;
        let (corner, edge) = match (crop, augmentation) {
            (Crop::Large, Augmentation::CropFlip) => {
                (geometry::draw_corner(window, EIGHTH, strength, random), Edge::Zero)
            }
            (Crop::Large, Augmentation::ShiftTone) => {
                let most = strength.of(SHIFT);
                (geometry::draw_shift(middle(window), window.image, most, random), Edge::Repeated)
            }
            (Crop::Large, Augmentation::Amdim) if window.image == window.input => {
                let (corner, most) = (middle(window), strength.of(EIGHTH));
                let is_shifted = random.random_bool(0.8);
                let shifted = geometry::draw_shift(corner, window.image, most, random);
                (if is_shifted { shifted } else { corner }, Edge::Reflected)
            }
            _ => return geometry::push_random_part(pixels, image, window, mirrored, crop, strength, random),
        };
        geometry::push(pixels, image, window, corner, mirrored, edge);
    }

    /// Changes the tones of what is seen, `[height, width, channels]` as `window.input`, and blurs it.
    fn change(&self, view: &mut [u8], window: Window, random: &mut impl Rng) {
        match self.augmentation {
            Augmentation::ShiftTone => color::change_tone(view, self.strength.of_f32(TONE), random),
            Augmentation::Amdim | Augmentation::ResizedCrop => {
                color::change(view, usize::from(window.input.channels), self.strength, random);
            }
            Augmentation::None | Augmentation::CropFlip | Augmentation::Signal => {}
        }
        if self.blur > 0.0 && random.random_bool(self.blur) {
            blur::blur(view, window.input, blur::draw_deviation(self.strength, random));
        }
    }
}

/// First pixel of what is seen where nothing moves it.
fn middle(window: Window) -> [isize; 2] {
    centre(window.image, window.input).map(|at| at as isize)
}
