//! Changes of brightness, contrast, saturation and hue, channel by channel: loops that the compiler makes vectors of.

/// Shares of red, green and blue in grey, ITU-R BT.601.
const LUMA: [f32; 3] = [0.299, 0.587, 0.114];

/// One change of all pixels.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    /// Times this.
    Brightness(f32),
    /// Distance to the mean grey of the image, times this.
    Contrast(f32),
    /// Distance to the grey of the pixel, times this; of RGB only.
    Saturation(f32),
    /// Turned by this part of the circle, at most half of it; of RGB only.
    Hue(f32),
}

/// The channels of an image one after the other, each value from 0 to 255.
#[derive(Debug)]
pub(super) struct Planes {
    values: Vec<f32>,
    channels: usize,
}

impl Planes {
    /// # Shapes
    /// `pixels` `[height * width, channels]`.
    pub(super) fn new(pixels: &[u8], channels: usize) -> Self {
        let plane = |channel: usize| pixels[channel..].iter().step_by(channels).map(|value| f32::from(*value));
        Self { values: (0..channels).flat_map(plane).collect(), channels }
    }

    /// Replaces `pixels` by the nearest whole numbers.
    pub(super) fn write(&self, pixels: &mut [u8]) {
        for (channel, plane) in self.values.chunks_exact(self.pixels()).enumerate() {
            pixels[channel..]
                .iter_mut()
                .step_by(self.channels)
                .zip(plane)
                .for_each(|(pixel, value)| *pixel = nearest(*value));
        }
    }

    /// Changes all pixels; what leaves the range becomes its end.
    pub(super) fn apply(&mut self, change: Change) {
        match change {
            Change::Brightness(factor) => self.values.iter_mut().for_each(|value| *value *= factor),
            Change::Contrast(factor) => {
                let mean = self.mean_grey();
                self.values.iter_mut().for_each(|value| *value = mixed(*value, mean, factor));
            }
            Change::Saturation(factor) => self.change_colours(|pixel| {
                let grey = luma(pixel);
                pixel.map(|value| mixed(value, grey, factor))
            }),
            Change::Hue(turn) => self.change_colours(|pixel| turned(pixel, turn)),
        }
        self.values.iter_mut().for_each(|value| *value = value.clamp(0.0, 255.0));
    }

    /// Of a plane.
    fn pixels(&self) -> usize {
        self.values.len() / self.channels
    }

    /// Changes pixels of red, green and blue; others have no colours.
    fn change_colours(&mut self, change: impl Fn([f32; 3]) -> [f32; 3]) {
        if self.channels == 3 {
            let pixels = self.pixels();
            let (red, rest) = self.values.split_at_mut(pixels);
            let (green, blue) = rest.split_at_mut(pixels);
            for ((red, green), blue) in red.iter_mut().zip(green).zip(blue) {
                [*red, *green, *blue] = change([*red, *green, *blue]);
            }
        }
    }

    fn mean_grey(&self) -> f32 {
        let pixels = self.pixels();
        let values = |pixel: usize| self.values[pixel..].iter().step_by(pixels).copied();
        let sum: f64 = if self.channels == 3 {
            let (red, rest) = self.values.split_at(pixels);
            let (green, blue) = rest.split_at(pixels);
            let colours = red.iter().zip(green).zip(blue);
            colours.map(|((red, green), blue)| f64::from(luma([*red, *green, *blue]))).sum()
        } else {
            (0..pixels).flat_map(values).map(f64::from).sum::<f64>() / self.channels as f64
        };
        (sum / pixels as f64) as f32
    }
}

/// The nearest whole number, halves upwards, or the end of the range: `value.round() as u8` without the library's call. Half
/// is the largest number below it, so that what is just below a half is not rounded up by the sum.
pub(super) fn nearest(value: f32) -> u8 {
    (value + 0.5_f32.next_down()) as u8
}

/// The grey of a colour.
pub(super) fn luma(pixel: [f32; 3]) -> f32 {
    pixel.iter().zip(LUMA).map(|(value, share)| value * share).sum()
}

fn mixed(value: f32, grey: f32, factor: f32) -> f32 {
    grey + (value - grey) * factor
}

/// A colour with its hue turned by up to half of the circle, saturation and value (of HSV) as before.
fn turned([red, green, blue]: [f32; 3], turn: f32) -> [f32; 3] {
    let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
    let chroma = most - least;
    // In sixths of the circle from red; without branches, which vectors do not have.
    let (start, beyond) = if most == red {
        (0.0, green - blue)
    } else if most == green {
        (2.0, blue - red)
    } else {
        (4.0, red - green)
    };
    let hue = around(start + beyond / chroma + 6.0 * turn);
    let channel = |offset: f32, grey: f32| {
        let distance = around(offset + hue);
        let turned = most - chroma * distance.min(4.0 - distance).clamp(0.0, 1.0);
        if chroma == 0.0 { grey } else { turned }
    };
    [channel(5.0, red), channel(3.0, green), channel(1.0, blue)]
}

/// `angle` from -6 to 12, in sixths of the circle, as one from 0 to 6.
fn around(angle: f32) -> f32 {
    if angle < 0.0 {
        angle + 6.0
    } else if angle >= 6.0 {
        angle - 6.0
    } else {
        angle
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_near(found: &[f32], expected: &[f32]) {
        assert_eq!(found.len(), expected.len());
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-3), "{found:?} is not {expected:?}");
    }

    fn changed(change: Change, pixels: &[u8], channels: usize) -> Vec<u8> {
        let (mut planes, mut pixels) = (Planes::new(pixels, channels), pixels.to_vec());
        planes.apply(change);
        planes.write(&mut pixels);
        pixels
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
            for turn in [0.0, 0.05, -0.2, 0.5, -0.5] {
                assert_near(&turned(turned(pixel, turn), -turn), &pixel);
            }
        }
    }

    #[test]
    fn factors_of_nothing_and_of_one() {
        let image = [255, 0, 0, 0, 0, 255];
        assert_eq!(changed(Change::Brightness(0.5), &image, 3), [128, 0, 0, 0, 0, 128]);
        assert_eq!(changed(Change::Brightness(1.5), &[200, 100, 0], 3), [255, 150, 0]);
        // 255 times 0.299 and 0.114, and the mean of both.
        assert_eq!(changed(Change::Saturation(0.0), &image, 3), [76, 76, 76, 29, 29, 29]);
        assert_eq!(changed(Change::Contrast(0.0), &image, 3), [53; 6]);
        for same in [Change::Brightness(1.0), Change::Saturation(1.0), Change::Contrast(1.0), Change::Hue(0.0)] {
            assert_eq!(changed(same, &image, 3), image);
        }
    }

    #[test]
    fn images_without_colours_have_no_hue_and_no_saturation() {
        let grey = [10, 200, 90, 100];
        for change in [Change::Saturation(0.0), Change::Hue(0.2)] {
            assert_eq!(changed(change, &grey, 1), grey);
            assert_eq!(changed(change, &grey, 2), grey);
        }
        assert_eq!(changed(Change::Contrast(0.0), &grey, 1), [100; 4]);
        assert_eq!(changed(Change::Contrast(0.0), &grey, 2), [100; 4]);
    }

    #[test]
    fn halves_are_rounded_upwards_and_what_is_below_them_is_not() {
        for whole in 0..=u8::MAX {
            let half = f32::from(whole) + 0.5;
            for value in [half, half.next_down(), half.next_up(), -half, f32::from(whole), 1000.0 + half] {
                assert_eq!(nearest(value), value.round() as u8, "{value}");
            }
        }
    }
}
