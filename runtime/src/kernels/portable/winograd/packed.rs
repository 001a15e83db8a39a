//! Two numbers in a word, `high * 2^16 + low`, each with its sign.
//!
//! Sums, differences and shifts to the left of such words are those of both numbers, on processors without instructions
//! for halves too: a low number below zero borrows one from the high one, [`halves`] gives it back. Only what comes out
//! at the end must fit 16 bits.

/// Both halves 1.
pub(super) const ONES: u32 = 0x1_0001;

/// Bytes 0 and 2 of a word, and bytes 1 and 3, each with 128 added.
#[inline]
pub(super) const fn widen_shifted(bytes: u32) -> [u32; 2] {
    let word = u32::from_le(bytes) ^ 0x8080_8080;
    let low_bytes = 0xff * ONES;
    [word & low_bytes, (word >> 8) & low_bytes]
}

/// Bytes 0 and 2 of a word, and bytes 1 and 3.
#[inline]
pub(super) const fn widen(bytes: u32) -> [u32; 2] {
    let [even, odd] = widen_shifted(bytes);
    [even.wrapping_sub(128 * ONES), odd.wrapping_sub(128 * ONES)]
}

/// The same numbers in two's complement of 16 bits each: with `2^15` added, no low number is below zero.
#[inline]
pub(super) const fn halves(packed: u32) -> u32 {
    packed.wrapping_add(0x8000) ^ 0x8000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_numbers_come_back() {
        for low in (i16::MIN..=i16::MAX).step_by(13) {
            for high in [i16::MIN, -1, 0, 1, i16::MAX] {
                let packed = (i32::from(high) << 16).wrapping_add(low.into()).cast_unsigned();
                assert_eq!(halves(packed), u32::from(high.cast_unsigned()) << 16 | u32::from(low.cast_unsigned()));
            }
        }
        let packed = |low: i32, high: i32| (high * 65_536 + low).cast_unsigned();
        let bytes = u32::from_ne_bytes([0x80, 0x7f, 0xff, 1]);
        assert_eq!(widen(bytes), [packed(-128, -1), packed(127, 1)]);
        assert_eq!(widen_shifted(bytes), [packed(0, 127), packed(255, 129)]);
    }
}
