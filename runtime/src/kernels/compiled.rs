//! The kernels that were chosen when compiling, where nothing is left to choose when running.

use dim_model_format::{Add, Conv2d, FullyConnected, Parameters, Pool2d};

use super::{Map, MapMut, lookup, portable};

/// The instructions that were compiled for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InstructionSet;

impl InstructionSet {
    #[inline]
    pub(crate) const fn best() -> Self {
        Self
    }

    #[inline]
    pub(crate) fn plain_conv2d(
        self,
        op: &Conv2d,
        parameters: &Parameters<'_>,
        input: &Map<'_>,
        output: &mut MapMut<'_>,
    ) -> Option<()> {
        portable::conv2d(op, parameters, input, output)
    }

    #[inline]
    pub(crate) fn conv2d(
        self,
        op: &Conv2d,
        parameters: &Parameters<'_>,
        input: &Map<'_>,
        output: &mut MapMut<'_>,
        scratch: &mut [u32],
    ) -> Option<()> {
        super::conv2d(op, parameters, input, output, scratch)
    }

    #[inline]
    pub(crate) fn fully_connected(
        self,
        op: &FullyConnected,
        parameters: &Parameters<'_>,
        input: &Map<'_>,
        output: &mut MapMut<'_>,
        scratch: &mut [u32],
    ) -> Option<()> {
        super::fully_connected(op, parameters, input, output, scratch)
    }

    #[inline]
    pub(crate) fn depthwise_conv2d(
        self,
        op: &Conv2d,
        parameters: &Parameters<'_>,
        input: &Map<'_>,
        output: &mut MapMut<'_>,
        scratch: &mut [u32],
    ) -> Option<()> {
        super::depthwise_conv2d(op, parameters, input, output, scratch)
    }

    #[inline]
    pub(crate) fn average_pool2d(self, op: &Pool2d, input: &Map<'_>, output: &mut MapMut<'_>) -> Option<()> {
        portable::average_pool2d(op, input, output)
    }

    #[inline]
    pub(crate) fn add(
        self,
        op: &Add,
        inputs: [Map<'_>; 2],
        output: &mut MapMut<'_>,
        scratch: &mut [u32],
    ) -> Option<()> {
        lookup::add(op, inputs, output, scratch)
    }
}
