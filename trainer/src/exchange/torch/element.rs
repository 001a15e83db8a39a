//! Numbers as the files of PyTorch hold them, and what each is as a float of 32 bits.

use half::{bf16, f16};

/// A type of floating-point numbers, little-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// IEEE half precision.
    F16,
    /// The upper half of single precision.
    Bf16,
    /// IEEE single precision.
    F32,
    /// IEEE double precision.
    F64,
}

impl Element {
    /// The numbers at `places`, counted in elements, each of which lies in `bytes`.
    pub(super) fn read(self, bytes: &[u8], places: impl Iterator<Item = usize>) -> Vec<f32> {
        match self {
            Self::F16 => each(bytes, places, |bytes| f16::from_le_bytes(bytes).to_f32()),
            Self::Bf16 => each(bytes, places, |bytes| bf16::from_le_bytes(bytes).to_f32()),
            Self::F32 => each(bytes, places, f32::from_le_bytes),
            Self::F64 => each(bytes, places, |bytes| f64::from_le_bytes(bytes) as f32),
        }
    }
}

fn each<const SIZE: usize>(
    bytes: &[u8],
    places: impl Iterator<Item = usize>,
    number: impl Fn([u8; SIZE]) -> f32,
) -> Vec<f32> {
    let elements = bytes.as_chunks().0;
    places.map(|place| number(elements[place])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bits of IEEE 754's binary16: one, the largest and the smallest number, minus two, infinity.
    #[test]
    fn halves() {
        let bits = [0x3c00_u16, 0x7bff, 0x0001, 0xc000, 0x7c00].map(u16::to_le_bytes);
        let numbers = Element::F16.read(bits.as_flattened(), 0..5);
        assert_eq!(numbers, [1.0, 65_504.0, 1.0 / 16_777_216.0, -2.0, f32::INFINITY]);
    }

    /// The upper two bytes of 1.0 (0x3f800000), -2.5 (0xc0200000) and 3.140625 (0x40490000).
    #[test]
    fn upper_halves() {
        let bits = [0x3f80_u16, 0xc020, 0x4049].map(u16::to_le_bytes);
        assert_eq!(Element::Bf16.read(bits.as_flattened(), [2, 0, 1].into_iter()), [3.140_625, 1.0, -2.5]);
    }
}
