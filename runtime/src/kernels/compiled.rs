//! The kernels that were chosen when compiling, where nothing is left to choose when running.

use core::marker::PhantomData;

use dim_model_format::{Add, Conv2d, FilterLayout, FullyConnected, Model, Node, Parameters, Pool2d, Tensor};

#[cfg(not(dim_mve))]
use super::depthwise3x3::depthwise_conv2d;
use super::lookup;
#[cfg(dim_mve)]
use super::mve::{conv2d, depthwise_conv2d, fully_connected};
#[cfg(not(dim_mve))]
use super::paired::fully_connected;
use super::portable::{self, Pooling};
#[cfg(not(dim_mve))]
use super::winograd::conv2d;
use super::winograd::is_3x3;
use crate::operands::Operands;

/// Helium's kernels multiply 16 int8 numbers at once; there are none of them for tiles.
const IS_BY_TILES: bool = cfg!(all(not(dim_mve), feature = "winograd"));

/// Kernels for the instructions that were compiled for, which know nothing of a model ahead.
#[derive(Debug)]
pub(crate) struct Kernels<'m>(PhantomData<Model<'m>>);

impl<'m> Kernels<'m> {
    #[inline]
    pub(crate) const fn best(_model: &Model<'m>) -> Self {
        Self(PhantomData)
    }

    /// Whether a convolution is faster with all memory that is free while it runs.
    #[inline]
    pub(crate) const fn use_free_memory(&self, op: &Conv2d) -> bool {
        IS_BY_TILES && is_3x3(op)
    }

    /// What a node reads.
    #[inline]
    pub(crate) fn input(&self, model: &Model<'_>, _node: usize, operator: &Node) -> Tensor {
        model.tensor(operator.input())
    }

    /// Its parameters, if it has any.
    #[inline]
    pub(crate) fn parameters(
        &self,
        model: &Model<'m>,
        _node: usize,
        operator: &Node,
        output: &Tensor,
    ) -> Option<Parameters<'m>> {
        model.parameters(operator, output.shape)
    }

    #[inline]
    pub(crate) fn plain_conv2d(
        &mut self,
        _node: usize,
        op: &Conv2d,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
    ) -> Option<()> {
        portable::conv2d(op, parameters, operands)
    }

    #[inline]
    pub(crate) fn conv2d(
        &mut self,
        _node: usize,
        op: &Conv2d,
        layout: FilterLayout,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
        scratch: &mut [u32],
    ) -> Option<()> {
        conv2d(op, layout, parameters, operands, scratch)
    }

    #[inline]
    pub(crate) fn plain_fully_connected(
        &mut self,
        _node: usize,
        op: &FullyConnected,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
    ) -> Option<()> {
        portable::fully_connected(op, parameters, operands)
    }

    #[inline]
    pub(crate) fn fully_connected(
        &mut self,
        _node: usize,
        op: &FullyConnected,
        layout: FilterLayout,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
        scratch: &mut [u32],
    ) -> Option<()> {
        fully_connected(op, layout, parameters, operands, scratch)
    }

    #[inline]
    pub(crate) fn depthwise_conv2d(
        &mut self,
        _node: usize,
        op: &Conv2d,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
        scratch: &mut [u32],
    ) -> Option<()> {
        depthwise_conv2d(op, parameters, operands, scratch)
    }

    #[inline]
    pub(crate) fn pool2d(&mut self, pooling: Pooling, op: &Pool2d, operands: &mut Operands<'_>) -> Option<()> {
        portable::pool2d(pooling, op, operands)
    }

    #[inline]
    pub(crate) fn add(
        &mut self,
        _node: usize,
        op: &Add,
        operands: &mut Operands<'_>,
        second: &Tensor,
        scratch: &mut [u32],
    ) -> Option<()> {
        lookup::add(op, operands, second, scratch)
    }
}
