//! The transforms and products of a convolution by Winograd's algorithm; [`winograd`](crate::kernels::winograd) says
//! what they are and why they are exact.

#![cfg_attr(
    any(dim_armv6m, dim_armv7m, dim_dsp, dim_riscv32),
    allow(dead_code, unused_imports, reason = "what has a kernel of its own for the processor")
)]

mod filter;
mod input;
mod output;
mod packed;
mod products;

pub(crate) use filter::transform_filter;
pub(crate) use input::{transform_columns, transform_rows};
pub(crate) use output::transform_sums;
// What workstations finish sums with.
#[cfg(all(feature = "std", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(crate) use output::{NINTH, POWERS};
pub(crate) use products::multiply_positions;
