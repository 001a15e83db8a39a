//! Blocks of a convolution by tiles. `SADD16` and `SSUB16` add and subtract both halves of a word.

mod filter;
mod input;
mod products;
mod sums;

pub(crate) use filter::transform_filter;
pub(crate) use input::{transform_columns, transform_rows};
pub(crate) use products::multiply_positions;
pub(crate) use sums::transform_sums;
