//! A decoded picture, and the bytes that it becomes.

use crate::data::levels::Levels;

/// A picture as its file holds it.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) height: usize,
    pub(super) width: usize,
    /// 1: grey, 2: grey and alpha, 3: RGB, 4: RGB and alpha.
    pub(super) channels: usize,
    /// `[height, width, channels]`.
    pub(super) samples: Samples,
    /// How it is turned, as EXIF counts: 1 is upright.
    pub(super) orientation: u8,
}

/// Numbers of a picture.
#[derive(Debug)]
pub(super) enum Samples {
    Bytes(Vec<u8>),
    Words(Vec<u16>),
}

/// A picture of bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) height: usize,
    pub(super) width: usize,
    /// As in [`Decoded`].
    pub(super) channels: usize,
    /// `[height, width, channels]`.
    pub(super) pixels: Vec<u8>,
}

impl Decoded {
    /// The least and the greatest value of 16 bits, transparency aside.
    pub(super) fn range(&self) -> Option<[u16; 2]> {
        let Samples::Words(words) = &self.samples else { return None };
        let alpha = alpha(self.channels);
        let colors = words.chunks_exact(self.channels).flat_map(|pixel| &pixel[..alpha.unwrap_or(self.channels)]);
        colors.fold(None, |range, &value| {
            let [least, most] = range.unwrap_or([value; 2]);
            Some([value.min(least), value.max(most)])
        })
    }

    /// Bytes: of values of 16 bits the higher one, or what the levels make of any value.
    pub(super) fn into_bytes(self, levels: Option<Levels>) -> Picture {
        let Self { height, width, channels, samples, .. } = self;
        let alpha = alpha(channels);
        let pixels = match (samples, levels) {
            (Samples::Bytes(bytes), None) => bytes,
            (Samples::Words(words), None) => words.into_iter().map(high_byte).collect(),
            (Samples::Bytes(mut bytes), Some(levels)) => {
                let table = levels.table();
                for pixel in bytes.chunks_exact_mut(channels) {
                    pixel[..alpha.unwrap_or(channels)].iter_mut().for_each(|value| *value = table[usize::from(*value)]);
                }
                bytes
            }
            (Samples::Words(words), Some(levels)) => {
                let byte = |(at, value): (usize, u16)| {
                    if alpha == Some(at % channels) { high_byte(value) } else { levels.byte(f64::from(value)) }
                };
                words.into_iter().enumerate().map(byte).collect()
            }
        };
        Picture { height, width, channels, pixels }
    }
}

const fn high_byte(value: u16) -> u8 {
    (value >> 8) as u8
}

/// Which of the channels is transparency; it has no levels.
const fn alpha(channels: usize) -> Option<usize> {
    match channels {
        2 => Some(1),
        4 => Some(3),
        _ => None,
    }
}

impl Picture {
    /// `[height, width, channels]`, with 1 or 3 channels: transparency becomes white, colours become grey as in ITU-R
    /// BT.601 or grey is repeated.
    pub(super) fn with_channels(&self, channels: usize) -> Vec<u8> {
        let mut pixels = Vec::with_capacity(self.height * self.width * channels);
        for pixel in self.pixels.chunks_exact(self.channels) {
            let color = match *pixel {
                [grey] => [grey; 3],
                [grey, alpha] => [over_white(grey, alpha); 3],
                [red, green, blue] => [red, green, blue],
                [red, green, blue, alpha] => [red, green, blue].map(|value| over_white(value, alpha)),
                _ => continue,
            };
            match channels {
                1 => pixels.push(luma(color)),
                _ => pixels.extend(color),
            }
        }
        pixels
    }
}

fn over_white(value: u8, alpha: u8) -> u8 {
    let [value, alpha] = [value, alpha].map(u32::from);
    ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

/// Grey of a colour, ITU-R BT.601: 0.299 red, 0.587 green, 0.114 blue.
fn luma(color: [u8; 3]) -> u8 {
    let [red, green, blue] = color.map(u32::from);
    ((299 * red + 587 * green + 114 * blue + 500) / 1000) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(channels: usize, words: &[u16]) -> Decoded {
        let samples = Samples::Words(words.to_vec());
        Decoded { height: 1, width: words.len() / channels, channels, samples, orientation: 1 }
    }

    #[test]
    fn values_of_sixteen_bits_have_a_range_without_transparency() {
        assert_eq!(words(1, &[700, 4095, 12]).range(), Some([12, 4095]));
        assert_eq!(words(2, &[700, 65535, 800, 0]).range(), Some([700, 800]));
        assert_eq!(words(1, &[]).range(), None);
    }

    #[test]
    fn levels_spread_colours_and_leave_transparency() {
        let levels = "0:4095".parse().ok();
        // 2048 / 4095 * 255 is 127.53.
        assert_eq!(words(1, &[0, 2048, 4095, 65535]).into_bytes(levels).pixels, [0, 128, 255, 255]);
        assert_eq!(words(2, &[4095, 0x8000]).into_bytes(levels).pixels, [255, 128]);
        assert_eq!(words(1, &[0x1234, 255]).into_bytes(None).pixels, [0x12, 0]);
        let bytes = Decoded { samples: Samples::Bytes(vec![10, 30, 20, 9]), ..words(2, &[0; 4]) };
        assert_eq!(bytes.into_bytes("10:20".parse().ok()).pixels, [0, 30, 255, 9]);
    }
}
