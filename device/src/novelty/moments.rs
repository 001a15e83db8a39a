//! What normal images say of one channel of one cell.

/// Steps of a score in 1.
pub const STEPS: u32 = 256;
/// Largest square of a code.
const MOST_SQUARE: u64 = 128 * 128;

/// Sum and sum of squares of a channel of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Moments {
    sum: i32,
    squares: u32,
}

impl Moments {
    /// Of no image.
    pub const NONE: Self = Self { sum: 0, squares: 0 };
    /// Bytes of [`Moments::to_bytes`].
    pub const BYTES: usize = 8;

    /// Counts the code of an image. Fewer than 2^16 images cannot overflow it.
    pub(super) fn count(&mut self, value: i8) {
        self.sum += i32::from(value);
        self.squares += u32::from(value.unsigned_abs()).pow(2);
    }

    /// Squared difference of a code by the variance, in steps of 1/[`STEPS`]: at most 2^24. All fits into 64 bits, since
    /// there are fewer than 2^16 images.
    pub(super) fn score(self, value: i8, images: u32) -> u64 {
        let [count, sum, value] = [i64::from(images), i64::from(self.sum), i64::from(value)];
        let difference = (count * value - sum).unsigned_abs().pow(2);
        let variance =
            u64::from(images) * u64::from(self.squares) - sum.unsigned_abs().pow(2) + u64::from(images).pow(2);
        (u64::from(STEPS) * difference).checked_div(variance).unwrap_or(0)
    }

    /// Whether codes of so many images may have them: the square of their sum is at most that many times their squares.
    pub(super) fn are_of(self, images: u32) -> bool {
        let (images, squares) = (u64::from(images), u64::from(self.squares));
        squares <= images.saturating_mul(MOST_SQUARE)
            && u64::from(self.sum.unsigned_abs()).pow(2) <= images.saturating_mul(squares)
    }

    /// Sum, then squares, little-endian.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let (sum, squares) = bytes.split_at_mut(4);
        sum.copy_from_slice(&self.sum.to_le_bytes());
        squares.copy_from_slice(&self.squares.to_le_bytes());
        bytes
    }

    /// The inverse of [`Moments::to_bytes`].
    pub const fn from_bytes([a, b, c, d, e, f, g, h]: [u8; Self::BYTES]) -> Self {
        Self { sum: i32::from_le_bytes([a, b, c, d]), squares: u32::from_le_bytes([e, f, g, h]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_that_no_codes_have_are_known() {
        let are_of = |sum, squares, images| Moments { sum, squares }.are_of(images);
        assert!(are_of(0, 0, 0) && are_of(4, 10, 2) && are_of(-256, 32768, 2));
        // 1 and 1 have 2, and no two codes of sum 4 have less than 8.
        assert!(!are_of(4, 7, 2) && are_of(4, 8, 2));
        assert!(!are_of(0, 32769, 2) && !are_of(1, 1, 0) && !are_of(i32::MIN, u32::MAX, 65_535));
    }

    proptest::proptest! {
        /// Of any codes, they are possible, and the same after a journey.
        #[test]
        fn codes_have_possible_moments(codes: Vec<i8>) {
            let mut moments = Moments::NONE;
            codes.iter().for_each(|code| moments.count(*code));
            proptest::prop_assert!(moments.are_of(u32::try_from(codes.len()).unwrap()));
            proptest::prop_assert_eq!(Moments::from_bytes(moments.to_bytes()), moments);
        }

        /// What may be, can be scored.
        #[test]
        fn possible_moments_are_scored(sum: i32, squares: u32, images in 0_u32..65_536, value: i8) {
            let moments = Moments { sum, squares };
            if moments.are_of(images) {
                proptest::prop_assert!(moments.score(value, images) <= 1 << 24);
            }
        }
    }
}
