//! Brightness, contrast, saturation and hue.

use rand::Rng;
use rand::seq::SliceRandom;

use super::strength::Strength;

/// Factors of brightness, contrast and saturation lie within this of 1.
const JITTER: f32 = 0.4;
/// Hue turns by up to this part of the circle.
const HUE: f32 = 0.2;
/// Shares of red, green and blue in grey, ITU-R BT.601.
const LUMA: [f32; 3] = [0.299, 0.587, 0.114];

/// Changes contrast by up to `share`, and brightness by up to `share` of 64.
pub(super) fn change_tone(pixels: &mut [u8], share: f32, random: &mut impl Rng) {
    let contrast = random.random_range(1.0 - share..=1.0 + share);
    let brightness = random.random_range(-share..=share) * 64.0;
    // A cast to u8 saturates.
    pixels.iter_mut().for_each(|value| *value = (f32::from(*value) * contrast + brightness).round() as u8);
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
    let mut values: Vec<f32> = pixels.iter().map(|value| f32::from(*value)).collect();
    for change in changes {
        change.apply(&mut values, channels);
        values.iter_mut().for_each(|value| *value = value.clamp(0.0, 255.0));
    }
    pixels.iter_mut().zip(values).for_each(|(pixel, value)| *pixel = value.round() as u8);
}

/// Replaces colours by their grey; images without colours stay.
pub(super) fn make_grey(pixels: &mut [u8], channels: usize) {
    if channels == 3 {
        for pixel in pixels.as_chunks_mut().0 {
            *pixel = [luma(pixel.map(f32::from)).round() as u8; 3];
        }
    }
}

/// One change of all pixels.
#[derive(Debug, Clone, Copy)]
enum Change {
    /// Times this.
    Brightness(f32),
    /// Distance to the mean grey of the image, times this.
    Contrast(f32),
    /// Distance to the grey of the pixel, times this.
    Saturation(f32),
    /// Turned by this part of the circle.
    Hue(f32),
}

impl Change {
    fn apply(self, values: &mut [f32], channels: usize) {
        let mix = |value: &mut f32, grey: f32, factor: f32| *value = grey + (*value - grey) * factor;
        match self {
            Self::Brightness(factor) => values.iter_mut().for_each(|value| *value *= factor),
            Self::Contrast(factor) => {
                let mean = mean_grey(values, channels);
                values.iter_mut().for_each(|value| mix(value, mean, factor));
            }
            Self::Saturation(factor) if channels == 3 => {
                for pixel in values.as_chunks_mut::<3>().0 {
                    let grey = luma(*pixel);
                    pixel.iter_mut().for_each(|value| mix(value, grey, factor));
                }
            }
            Self::Hue(turn) if channels == 3 => {
                values.as_chunks_mut().0.iter_mut().for_each(|pixel| *pixel = turned(*pixel, turn));
            }
            Self::Saturation(_) | Self::Hue(_) => {}
        }
    }
}

fn mean_grey(values: &[f32], channels: usize) -> f32 {
    let sum: f64 = match channels {
        3 => values.as_chunks().0.iter().map(|pixel| f64::from(luma(*pixel))).sum(),
        _ => values.iter().map(|value| f64::from(*value)).sum::<f64>() / channels as f64,
    };
    (sum / (values.len() / channels) as f64) as f32
}

fn luma(pixel: [f32; 3]) -> f32 {
    pixel.iter().zip(LUMA).map(|(value, share)| value * share).sum()
}

/// A colour with its hue turned, saturation and value (of HSV) as before.
fn turned([red, green, blue]: [f32; 3], turn: f32) -> [f32; 3] {
    let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
    let chroma = most - least;
    if chroma == 0.0 {
        return [red, green, blue];
    }
    // Sixths of the circle from red.
    let hue = if most == red {
        (green - blue) / chroma
    } else if most == green {
        2.0 + (blue - red) / chroma
    } else {
        4.0 + (red - green) / chroma
    };
    let hue = (hue + 6.0 * turn).rem_euclid(6.0);
    [5.0, 3.0, 1.0].map(|offset: f32| {
        let distance = (offset + hue).rem_euclid(6.0);
        most - chroma * distance.min(4.0 - distance).clamp(0.0, 1.0)
    })
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    fn assert_near(found: &[f32], expected: &[f32]) {
        assert_eq!(found.len(), expected.len());
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-3), "{found:?} is not {expected:?}");
    }

    fn changed(change: Change, mut values: Vec<f32>) -> Vec<f32> {
        change.apply(&mut values, 3);
        values
    }

    #[test]
    fn hues_by_thirds_and_sixths() {
        let (red, yellow, green, blue) = ([200.0, 0.0, 0.0], [200.0, 200.0, 0.0], [0.0, 200.0, 0.0], [0.0, 0.0, 200.0]);
        assert_near(&turned(red, 1.0 / 3.0), &green);
        assert_near(&turned(red, -1.0 / 3.0), &blue);
        assert_near(&turned(red, 1.0 / 6.0), &yellow);
        assert_near(&turned(green, -1.0 / 6.0), &yellow);
        assert_near(&turned([200.0, 100.0, 50.0], 1.0 / 3.0), &[50.0, 200.0, 100.0]);
        assert_near(&turned([70.0; 3], 0.17), &[70.0; 3]);
    }

    #[test]
    fn a_turn_and_back_is_no_turn() {
        for seed in 0..200_u32 {
            let pixel = [1, 2, 3].map(|part| (seed * 37 * part % 256) as f32);
            for turn in [0.0, 0.05, -0.2, 0.5, 1.0] {
                assert_near(&turned(turned(pixel, turn), -turn), &pixel);
            }
        }
    }

    #[test]
    fn factors_of_nothing_and_of_one() {
        let image = vec![255.0, 0.0, 0.0, 0.0, 0.0, 255.0];
        let (red, blue) = (255.0 * 0.299, 255.0 * 0.114);
        assert_near(&changed(Change::Brightness(0.5), image.clone()), &[127.5, 0.0, 0.0, 0.0, 0.0, 127.5]);
        assert_near(&changed(Change::Saturation(0.0), image.clone()), &[red, red, red, blue, blue, blue]);
        assert_near(&changed(Change::Contrast(0.0), image.clone()), &[(red + blue) / 2.0; 6]);
        for same in [Change::Brightness(1.0), Change::Saturation(1.0), Change::Contrast(1.0), Change::Hue(0.0)] {
            assert_near(&changed(same, image.clone()), &image);
        }
    }

    #[test]
    fn grey_images_have_no_hue_and_no_saturation() {
        let grey = vec![10.0, 200.0, 90.0];
        for change in [Change::Saturation(0.0), Change::Hue(0.2)] {
            let mut values = grey.clone();
            change.apply(&mut values, 1);
            assert_eq!(values, grey);
        }
        let mut values = grey.clone();
        Change::Contrast(0.0).apply(&mut values, 1);
        assert_near(&values, &[100.0; 3]);
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
