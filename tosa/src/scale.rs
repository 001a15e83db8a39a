//! TOSA's factors, where they are ours.
//!
//! TOSA's `RESCALE` computes, in 64 bits,
//!
//! ```text
//! floor((value * multiplier + 2^(shift - 1) + double) / 2^shift)
//! ```
//!
//! where `double` is 0 for `SINGLE_ROUND`, or for a shift of at most 31; else it is `2^30` for a value that is not negative, and
//! `-2^30` for one that is. With a shift of `31 - s` that is what `docs/ARITHMETIC.md` defines for a shift of `s`, for both roundings,
//! as long as `value` lies in the range for which TOSA defines it.

use dim_model_format::Rescale;

use crate::error::Inexpressible;

/// A factor of one half, once it is shifted by 31.
const HALF: i32 = 1 << 30;

/// Multipliers and shifts of `RESCALE`, of each channel or of all.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scales {
    pub(crate) multipliers: Vec<i32>,
    pub(crate) shifts: Vec<i8>,
}

impl Scales {
    /// Those of channels, each with the magnitude of the largest number that it scales.
    ///
    /// # Errors
    /// [`Inexpressible::Range`] or [`Inexpressible::Shift`], of the first channel that has one.
    pub(crate) fn of(channels: impl Iterator<Item = (Rescale, i64)>) -> Result<Self, Inexpressible> {
        let mut scales = Self::default();
        for (channel, (rescale, largest)) in channels.enumerate() {
            scales.multipliers.push(rescale.multiplier);
            scales.shifts.push(shift(channel, rescale, largest)?);
        }
        Ok(scales)
    }

    /// A factor of `2^bits` for numbers of 9 bits; `bits` is at most 21.
    pub(crate) fn power_of_two(bits: u8) -> Result<Self, Inexpressible> {
        let rescale = Rescale { multiplier: HALF, shift: bits.cast_signed().saturating_add(1) };
        Self::of([(rescale, LARGEST_DIFFERENCE)].into_iter())
    }
}

/// Magnitude of the largest difference of two int8 numbers.
pub(crate) const LARGEST_DIFFERENCE: i64 = 255;

fn shift(channel: usize, rescale: Rescale, largest: i64) -> Result<i8, Inexpressible> {
    if rescale.multiplier == 0 {
        // Zero by any shift.
        return Ok(62);
    }
    let shift = 31 - rescale.shift;
    if shift < 2 {
        return Err(Inexpressible::Shift { channel, shift: rescale.shift });
    }
    let bits = shift.cast_unsigned() - 1;
    if largest >= 1 << bits {
        return Err(Inexpressible::Range { channel, largest, bits });
    }
    Ok(shift)
}
