//! The definition of every operator, in safe integer Rust for any target.

mod add;
pub(crate) mod blocks;
mod conv2d;
mod depthwise_conv2d;
mod fully_connected;
mod pool2d;
pub(crate) mod unpack;

pub(crate) use add::add;
pub(crate) use conv2d::conv2d;
pub(crate) use depthwise_conv2d::depthwise_conv2d;
pub(crate) use fully_connected::fully_connected;
#[cfg(feature = "std")]
pub(crate) use pool2d::mean;
pub(crate) use pool2d::{Pooling, pool2d};

/// `sum((input - zero_point) * weight)`.
///
/// Both factors fit 16 bits, which is what SMLAD on Cortex-M and PMADDWD on x86 multiply.
#[inline]
fn dot(input: &[i8], weights: &[u8], zero_point: i8) -> i32 {
    let zero_point = i16::from(zero_point);
    let product =
        |(q, weight): (&i8, &u8)| i32::from(i16::from(*q) - zero_point) * i32::from(i16::from(weight.cast_signed()));
    input.iter().zip(weights).map(product).sum()
}
