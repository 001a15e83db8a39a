//! Convolution with kernels of 3x3 and stride 1 by Winograd's F(4x4, 3x3), in exact integers.
//!
//! A tile of 4x4 outputs takes 36 products for each input channel in place of 144. With `d` its 6x6 inputs and `g` the
//! 3x3 weights,
//!
//! ```text
//! Y = A^T [ (G g G^T) * (B^T d B) ] A        (* by element, summed over the input channels)
//!
//!       4  0 -5  0  1  0           1  0  0            6 -4 -4  1  1  0
//!       0 -4 -4  1  1  0           1  1  1            0 -2  2  1 -1  0
//! B^T = 0  4 -4 -1  1  0       G = 1 -1  1      A^T = 0 -1 -1  1  1  0
//!       0 -2 -1  2  1  0           1  2  4            0 -1  1  2 -2  6
//!       0  2 -1 -2  1  0           1 -2  4
//!       0  4  0 -5  0  1           0  0  1      rows of outputs times 24, 12, 6 and 6
//! ```
//!
//! (Lavin and Gray 2016, with the denominators of `G` moved to `A`.) Output `[i, j]` of a tile comes out as `s[i] * s[j]`
//! times the sum that is looked for, where `s` is 24, 12, 6 and 6.
//!
//! # Why it is exact
//!
//! - **Inputs.** The absolute values of a row of `B^T` add up to 10 at most, so a transformed input is at most `10 * 10 *
//!   255 = 25,500` in magnitude, and fits 16 bits.
//! - **Weights.** Those of a row of `G` add up to 7, so a transformed weight is at most `7 * 7 * 128 = 6,272`.
//! - **Sums.** Products and all that is added to them are computed modulo `2^32`. So `v`, the number that comes out, is
//!   congruent to `s[i] * s[j] * y = 9 * 2^k * y`, where `k` is 2 to 6. As 9 has an inverse modulo `2^32`, `v / 9` is
//!   congruent to `2^k * y`, and where `|y| < 2^25`, that is `2^k * y` itself: nothing is lost by the shift to the right
//!   that gives `y`. No sum of a fan-in in between needs a bound.
//! - **The bound of `y`**, `fan_in * 255 * 128 + |bias| < 2^25`, is checked for each layer before anything is written. It
//!   holds up to 114 input channels.
//!
//! A tile's inputs outside of the map are real zero. The zero point is taken off where it does not cancel: rows of `B^T`
//! add up to zero, but the second one, to -6.
//!
//! An image of three channels is computed as one of four, of which the last has weights of zero (`colours`): they are transformed
//! to zero, so whatever stands in the place of its inputs, int8 numbers like all others, is multiplied by it.

#![cfg_attr(dim_mve, allow(dead_code, unused_imports, reason = "its convolutions have kernels of their own"))]

mod colours;
mod conv2d;
mod inputs;
mod memory;
#[cfg(test)]
mod tests;
mod tiles;
mod weights;

#[cfg(feature = "std")]
pub(crate) use conv2d::LIMIT;
pub(crate) use conv2d::{conv2d, is_3x3};
