//! The definition of every operator, in safe integer Rust for any target.

mod add;
pub(crate) mod blocks;
mod concatenation;
mod conv2d;
mod depthwise_conv2d;
mod dot;
mod fully_connected;
pub(crate) mod int4;
mod lookup;
mod mean;
mod mul;
mod pool2d;
pub(crate) mod unpack;
pub(crate) mod winograd;

pub(crate) use add::add;
pub(crate) use concatenation::concatenation;
pub(crate) use conv2d::conv2d;
pub(crate) use depthwise_conv2d::depthwise_conv2d;
pub(crate) use fully_connected::fully_connected;
pub(crate) use lookup::lookup;
pub(crate) use mean::mean;
pub(crate) use mul::mul;
#[cfg(feature = "std")]
pub(crate) use pool2d::rounded_mean;
pub(crate) use pool2d::{Pooling, pool2d};
