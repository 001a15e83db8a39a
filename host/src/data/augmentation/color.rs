//! How much brightness, contrast, saturation and hue change.

use rand::Rng;
use rand::seq::SliceRandom;

use super::planes::{Change, Planes, luma, nearest};
use super::strength::Strength;

/// Factors of brightness, contrast and saturation lie within this of 1.
const JITTER: f32 = 0.4;
/// Hue turns by up to this part of the circle.
const HUE: f32 = 0.2;

/// Changes contrast by up to `share`, and brightness by up to `share` of 64.
pub(super) fn change_tone(pixels: &mut [u8], share: f32, random: &mut impl Rng) {
    let contrast = random.random_range(1.0 - share..=1.0 + share);
    let brightness = random.random_range(-share..=share) * 64.0;
    pixels.iter_mut().for_each(|value| *value = nearest(f32::from(*value) * contrast + brightness));
}

/// [`jitter`] of 80 % and [`make_grey`] of 25 % of the views, and of less at less strength.
pub(super) fn change(pixels: &mut [u8], channels: usize, strength: Strength, random: &mut impl Rng) {
    if random.random_bool(0.8) {
        jitter(pixels, channels, strength, random);
    }
    if random.random_bool(strength.of(0.25)) {
        make_grey(pixels, channels);
    }
}

/// Changes brightness, contrast, saturation and hue in random order; the last two of RGB only.
///
/// # Shapes
/// `pixels` `[height * width, channels]`.
pub(super) fn jitter(pixels: &mut [u8], channels: usize, strength: Strength, random: &mut impl Rng) {
    let [most, hue] = [JITTER, HUE].map(|full| strength.of_f32(full));
    let [brightness, contrast, saturation] = [(); 3].map(|()| random.random_range(1.0 - most..=1.0 + most));
    let hue = random.random_range(-hue..=hue);
    let mut changes =
        [Change::Brightness(brightness), Change::Contrast(contrast), Change::Saturation(saturation), Change::Hue(hue)];
    changes.shuffle(random);
    let mut planes = Planes::new(pixels, channels);
    changes.into_iter().for_each(|change| planes.apply(change));
    planes.write(pixels);
}

/// Replaces colours by their grey; images without colours stay.
pub(super) fn make_grey(pixels: &mut [u8], channels: usize) {
    if channels == 3 {
        for pixel in pixels.as_chunks_mut().0 {
            *pixel = [nearest(luma(pixel.map(f32::from))); 3];
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn grey_of_colours_and_of_greys() {
        let mut pixels = [1, 2, 3];
        make_grey(&mut pixels, 1);
        assert_eq!(pixels, [1, 2, 3]);
        make_grey(&mut pixels, 3);
        assert_eq!(pixels, [2; 3]);
    }

    #[test]
    fn jitter_stays_in_its_range() {
        // Brightness and contrast of an image of one grey: the mean stays itself, so only brightness shows.
        let mut random = StdRng::seed_from_u64(7);
        let values: Vec<u8> = (0..500)
            .map(|_| {
                let mut pixels = [100; 6];
                jitter(&mut pixels, 3, Strength::FULL, &mut random);
                assert!(pixels.iter().all(|value| *value == pixels[0]));
                pixels[0]
            })
            .collect();
        assert!(values.iter().all(|value| (60..=140).contains(value)));
        assert!(values.iter().any(|value| *value < 65) && values.iter().any(|value| *value > 135));
        let mean = values.iter().map(|value| f64::from(*value)).sum::<f64>() / 500.0;
        // 500 uniform values of deviation 80 / sqrt(12): five standard errors are 5.2.
        assert!((mean - 100.0).abs() < 5.2, "{mean}");
    }
}
