//! The sum of products that convolutions and fully connected layers share.

/// `sum((input - zero_point) * weight)`.
///
/// Both factors fit 16 bits, which is what SMLAD on Cortex-M and PMADDWD on x86 multiply.
#[inline]
pub(super) fn dot(input: &[i8], weights: &[u8], zero_point: i8) -> i32 {
    let zero_point = i16::from(zero_point);
    let product =
        |(q, weight): (&i8, &u8)| i32::from(i16::from(*q) - zero_point) * i32::from(i16::from(weight.cast_signed()));
    input.iter().zip(weights).map(product).sum()
}
