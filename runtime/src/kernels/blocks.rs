//! The blocks of outputs that paired and depthwise kernels are made of, by the processor that is compiled for:
//!
//! | module | for |
//! |---|---|
//! | [`portable::blocks`](super::portable::blocks) | any processor |
//! | `armv6m` | Armv6-M: Cortex-M0 and M0+ |
//! | `armv7m` | Armv7-M and Armv8-M without the DSP extension: Cortex-M3 |
//! | `dsp` | Armv7E-M and Armv8-M with the DSP extension: Cortex-M4, M7, M33 |
//! | `riscv32` | RISC-V with the extension M |

#[cfg(dim_armv6m)]
pub(crate) use super::armv6m::{columns, copy, depthwise, expand_rows, expand_vector, multiply_vector, tile};
#[cfg(dim_armv7m)]
pub(crate) use super::armv7m::{columns, copy, depthwise, expand_rows, expand_vector, multiply_vector, tile};
#[cfg(dim_dsp)]
pub(crate) use super::dsp::{columns, copy, depthwise, expand_rows, expand_vector, multiply_vector, tile};
#[cfg(not(any(dim_armv6m, dim_armv7m, dim_dsp, dim_riscv32)))]
pub(crate) use super::portable::blocks::{columns, copy, depthwise, expand_rows, expand_vector, multiply_vector, tile};
#[cfg(dim_riscv32)]
pub(crate) use super::riscv32::{columns, copy, depthwise, expand_rows, expand_vector, multiply_vector, tile};

// Cortex-M55 has the blocks of the DSP extension, and unpacks by vectors.
#[cfg(dim_mve)]
pub(crate) use super::mve::unpack;
#[cfg(not(dim_mve))]
pub(crate) use super::portable::unpack::unpack;

// Products of int4 weights, by two where an instruction multiplies one pair of numbers; others unpack them.
#[cfg(dim_armv6m)]
pub(crate) use super::armv6m::multiply_int4;
#[cfg(dim_armv7m)]
pub(crate) use super::armv7m::multiply_int4;
#[cfg(not(any(dim_armv6m, dim_armv7m, dim_riscv32)))]
pub(crate) use super::portable::int4::multiply_tile as multiply_int4;
#[cfg(dim_riscv32)]
pub(crate) use super::riscv32::multiply_int4;

/// Whether they are quicker by two.
pub(crate) const INT4_BY_TWO: bool = cfg!(any(dim_armv6m, dim_armv7m, dim_riscv32));

// Of convolutions by tiles, which Cortex-M55 does not need.
#[cfg(dim_armv6m)]
pub(crate) use super::armv6m::{multiply_positions, transform_filter};
#[cfg(dim_armv7m)]
pub(crate) use super::armv7m::multiply_positions;
#[cfg(all(dim_dsp, not(dim_mve)))]
pub(crate) use super::dsp::winograd::{
    multiply_positions, transform_columns, transform_filter, transform_rows, transform_sums,
};
#[cfg(any(dim_mve, not(any(dim_armv6m, dim_armv7m, dim_dsp, dim_riscv32))))]
pub(crate) use super::portable::winograd::multiply_positions;
#[cfg(any(dim_mve, not(any(dim_armv6m, dim_dsp))))]
pub(crate) use super::portable::winograd::transform_filter;
#[cfg(any(dim_mve, not(dim_dsp)))]
pub(crate) use super::portable::winograd::{transform_columns, transform_rows, transform_sums};
#[cfg(dim_riscv32)]
pub(crate) use super::riscv32::multiply_positions;
