//! The digest of an encoder's outputs for generated images, as `docs/FORMAT.md` states it.

use std::num::NonZeroU32;

use dim_model_format::Model;

use super::run::run;

/// What a file that tells the truth states of its outputs.
///
/// # Panics
/// As [`run()`].
pub fn proof(model: &Model<'_>) -> NonZeroU32 {
    let length = usize::try_from(model.input_shape().elements()).expect("an image fits the memory");
    let mut generator = Generator(0x4449_4d31);
    let noise: Vec<u8> = (0..length).map(|_| generator.pixel()).collect();
    let contrast: Vec<u8> = (0..length).map(|_| if generator.pixel() < 128 { 0 } else { 255 }).collect();
    let mut outputs = Vec::new();
    for image in [noise, contrast] {
        let tensors = run(model, &image);
        for tap in model.taps() {
            outputs.extend(tensors[usize::from(tap.tensor.0)].values.iter().map(|value| *value as u8));
        }
    }
    NonZeroU32::new(crc32(&outputs)).unwrap_or(NonZeroU32::MAX)
}

/// xorshift in 64-bit integers, of which 32 bits count.
struct Generator(u64);

impl Generator {
    fn pixel(&mut self) -> u8 {
        let word = |value: u64| value % (1 << 32);
        self.0 = word(self.0 ^ (self.0 * (1 << 13)));
        self.0 ^= self.0 / (1 << 17);
        self.0 = word(self.0 ^ (self.0 * (1 << 5)));
        (self.0 / (1 << 24)) as u8
    }
}

/// CRC-32/ISO-HDLC as the remainder of a division of polynomials, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let mut remainder = u32::MAX;
    for byte in bytes {
        for bit in 0..8 {
            let subtract = (remainder ^ (u32::from(*byte) >> bit)) % 2 == 1;
            remainder >>= 1;
            if subtract {
                remainder ^= 0xedb8_8320;
            }
        }
    }
    !remainder
}
