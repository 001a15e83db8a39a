//! Kernels for workstations: for instructions that the processor is found to have when the program runs.
//!
//! | module | instructions | multiplies |
//! |---|---|---|
//! | `avx2` | x86-64 with AVX2 | pairs of 16-bit numbers, `VPMADDWD` |
//! | `avx512vnni` | x86-64 with AVX-512 F, BW, VL and VNNI | fours of a u8 and an int8 number, `VPDPBUSD` |
//! | `neon` | aarch64 | a 16-bit number with four others, `SMLAL` |
//! | `dotprod` | aarch64 with the dot product | fours of int8 numbers, `SDOT` |
//!
//! Whatever an operator has that a kernel is not made for is left to the kernels of every processor, before anything is
//! written.

#![cfg_attr(
    not(any(target_arch = "x86_64", target_arch = "aarch64")),
    allow(dead_code, unused_imports, reason = "no kernels of its own")
)]

/// Calls a kernel with the instruction set, or evaluates to `None` where there is none.
macro_rules! with_instructions {
    ($set:expr, $name:ident => $call:expr) => {
        match $set.0 {
            Kind::Portable => None,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2($name) => $call,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512Vnni($name) => $call,
            #[cfg(target_arch = "aarch64")]
            Kind::Neon($name) => $call,
            #[cfg(target_arch = "aarch64")]
            Kind::DotProduct($name) => $call,
        }
    };
}

mod add;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512vnni;
mod band;
mod block;
mod convolution;
mod depthwise;
#[cfg(target_arch = "aarch64")]
mod dotprod;
mod fully_connected;
mod instructions;
#[cfg(target_arch = "aarch64")]
mod neon;
mod pooling;
mod row;
mod stages;
mod sum;
#[cfg(test)]
mod tests;
mod tile;
mod workspace;

use dim_model_format::{Add, Conv2d, FilterLayout, FullyConnected, Parameters, Pool2d, Tensor};

use super::portable::{self, Pooling};
use super::{depthwise3x3, lookup, paired};
use crate::operands::Operands;

/// Instructions that this processor was found to have: a value exists only where it has them.
///
/// The outputs are the same with every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstructionSet(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2(avx2::Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni(avx512vnni::Avx512Vnni),
    #[cfg(target_arch = "aarch64")]
    Neon(neon::Neon),
    #[cfg(target_arch = "aarch64")]
    DotProduct(dotprod::DotProduct),
}

impl InstructionSet {
    /// All that this processor has kernels for, the fastest last. The first one is that of every processor.
    pub fn available() -> impl Iterator<Item = Self> {
        #[cfg(target_arch = "x86_64")]
        let found = [avx2::Avx2::detect().map(Kind::Avx2), avx512vnni::Avx512Vnni::detect().map(Kind::Avx512Vnni)];
        #[cfg(target_arch = "aarch64")]
        let found = [neon::Neon::detect().map(Kind::Neon), dotprod::DotProduct::detect().map(Kind::DotProduct)];
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        let found: [Option<Kind>; 0] = [];
        core::iter::once(Kind::Portable).chain(found.into_iter().flatten()).map(Self)
    }

    /// The fastest one.
    pub fn best() -> Self {
        Self::available().last().unwrap_or(Self(Kind::Portable))
    }

    /// Such as `avx2`.
    pub const fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512Vnni(_) => "avx512vnni",
            #[cfg(target_arch = "aarch64")]
            Kind::Neon(_) => "neon",
            #[cfg(target_arch = "aarch64")]
            Kind::DotProduct(_) => "dotprod",
        }
    }
}

impl InstructionSet {
    /// As [`portable::conv2d`].
    pub(crate) fn plain_conv2d(
        self,
        op: &Conv2d,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
    ) -> Option<()> {
        with_instructions!(self, set => convolution::conv2d(set, op, FilterLayout::Plain, parameters, operands))
            .or_else(|| portable::conv2d(op, parameters, operands))
    }

    /// As [`paired::conv2d`].
    pub(crate) fn conv2d(
        self,
        op: &Conv2d,
        layout: FilterLayout,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
        scratch: &mut [u32],
    ) -> Option<()> {
        with_instructions!(self, set => convolution::conv2d(set, op, layout, parameters, operands))
            .or_else(|| paired::conv2d(op, layout, parameters, operands, scratch))
    }

    /// As [`paired::fully_connected`].
    pub(crate) fn fully_connected(
        self,
        op: &FullyConnected,
        layout: FilterLayout,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
        scratch: &mut [u32],
    ) -> Option<()> {
        with_instructions!(self, set => fully_connected::fully_connected(set, op, layout, parameters, operands, scratch))
            .or_else(|| paired::fully_connected(op, layout, parameters, operands, scratch))
    }

    /// As [`portable::depthwise_conv2d`].
    pub(crate) fn depthwise_conv2d(
        self,
        op: &Conv2d,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
        scratch: &mut [u32],
    ) -> Option<()> {
        with_instructions!(self, set => depthwise::depthwise_conv2d(set, op, parameters, operands))
            .or_else(|| depthwise3x3::depthwise_conv2d(op, parameters, operands, scratch))
    }

    /// As [`portable::pool2d`].
    pub(crate) fn pool2d(self, pooling: Pooling, op: &Pool2d, operands: &mut Operands<'_>) -> Option<()> {
        match self.0 {
            Kind::Portable => portable::pool2d(pooling, op, operands),
            _ => pooling::pool2d(pooling, op, operands),
        }
    }

    /// As [`portable::add`].
    pub(crate) fn add(self, op: &Add, operands: &mut Operands<'_>, second: &Tensor, scratch: &mut [u32]) -> Option<()> {
        with_instructions!(self, set => add::add(set, op, operands, second))
            .or_else(|| lookup::add(op, operands, second, scratch))
    }
}
