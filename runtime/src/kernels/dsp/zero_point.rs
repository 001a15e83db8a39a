//! The zero point in the form in which it is taken off two numbers at once.

/// What `SXTAB16` adds to take a zero point off both halves of a word.
pub(super) const fn negated(zero_point: i8) -> u32 {
    ((-(zero_point as i32)).cast_unsigned() & 0xffff) * 0x1_0001
}
