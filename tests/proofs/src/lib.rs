//! Functions of plain numbers around those of the runtime: `prove.py` reads what rustc makes of them.
#![no_std]
#![allow(dead_code, reason = "of the files that are read here, not all is proved")]

#[path = "../../../runtime/src/operands.rs"]
mod operands;
#[path = "../../../runtime/src/requantize.rs"]
mod requantize;

use dim_model_format::{Channel, Rescale, Rounding};
use requantize::{ChannelStage, PairStage};

/// No int8 number.
pub const NO_STAGE: i32 = i32::MAX;

/// By the steps of the definition, with two roundings.
#[inline(never)]
pub fn rounded_twice(acc: i32, multiplier: i32, shift: i8) -> i32 {
    requantize::requantize(acc, Rescale { multiplier, shift }, Rounding::Double)
}

/// And with one.
#[inline(never)]
pub fn rounded_once(acc: i32, multiplier: i32, shift: i8) -> i32 {
    requantize::requantize(acc, Rescale { multiplier, shift }, Rounding::Single)
}

/// The quick path for a sum of `fan_in` products and a bias, if there is one: an int8 number, or [`NO_STAGE`].
#[inline(never)]
pub fn quick_path(acc: i32, multiplier: i32, shift: i8, zero_point: i8, bias: i32, fan_in: usize) -> i32 {
    stage(multiplier, shift, zero_point, bias, fan_in).map_or(NO_STAGE, |stage| i32::from(stage.apply(acc)))
}

/// What it adds before it shifts.
#[inline(never)]
pub fn addend(shift: i8, zero_point: i8, bias: i32, fan_in: usize) -> i32 {
    stage(0, shift, zero_point, bias, fan_in).map_or(NO_STAGE, |stage| stage.addend)
}

/// By how many bits it shifts.
#[inline(never)]
pub fn right(shift: i8, zero_point: i8, bias: i32, fan_in: usize) -> i32 {
    stage(0, shift, zero_point, bias, fan_in).map_or(NO_STAGE, |stage| stage.right.cast_signed())
}

#[inline]
fn stage(multiplier: i32, shift: i8, zero_point: i8, bias: i32, fan_in: usize) -> Option<ChannelStage> {
    let channel = Channel { bias, rescale: Rescale { multiplier, shift } };
    PairStage::new(zero_point, [Some(channel), None], fan_in).map(|pair| pair.channels[0])
}
