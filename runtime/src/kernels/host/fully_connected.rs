//! Fully connected layer: the paired weights of a few units at a time, each of which is used once, so nothing is
//! rearranged.

use std::vec::Vec;

use dim_model_format::{FilterLayout, Parameters, Tensor};

use super::instructions::{Instructions, PAIRS};
use super::memory::Memory;
use crate::kernels::paired::Weights;
use crate::operands::Operands;
use crate::requantize::OutputStage;

/// A fully connected layer.
#[derive(Debug)]
pub(super) struct FullyConnected {
    /// Fours of inputs.
    quads: usize,
    output: OutputStage,
    /// Of each unit, less what the offset of the inputs adds.
    bias: Vec<i32>,
    /// The paired weights, if they have another layout in the file.
    paired: Option<Vec<u8>>,
}

impl FullyConnected {
    /// With weights in any layout, for these tensors.
    pub(super) fn new<S: Instructions>(
        layout: FilterLayout,
        parameters: &Parameters<'_>,
        input: &Tensor,
        output: OutputStage,
    ) -> Option<Self> {
        let inputs = input.arena_range().len();
        let quads = inputs.div_ceil(4);
        let paired = match layout {
            FilterLayout::Paired => None,
            FilterLayout::Int4 => Some(unpack(parameters.filter)?),
            _ => Some(pair(parameters.filter, inputs, quads)),
        };
        let offset = S::column_offset(input.quantization.zero_point);
        let filter = paired.as_deref().unwrap_or(parameters.filter);
        let mut bias: Vec<_> = parameters.channels().map(|channel| channel.bias).collect();
        if offset != 0 {
            for (biases, weights) in bias.chunks_mut(2).zip(filter.chunks_exact((8 * quads).max(1))) {
                for (unit, bias) in biases.iter_mut().enumerate() {
                    let weights = weights.iter().skip(unit).step_by(2);
                    let sum: i32 = weights.map(|weight| i32::from(weight.cast_signed())).sum();
                    *bias = bias.wrapping_sub(offset.wrapping_mul(sum));
                }
            }
        }
        Some(Self { quads, output, bias, paired })
    }

    /// Bytes that it needs to compute.
    pub(super) const fn workspace(&self) -> usize {
        2 * self.quads * size_of::<u32>()
    }

    /// As [`crate::kernels::portable::fully_connected`].
    pub(super) fn run<S: Instructions>(
        &self,
        set: S,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
        workspace: &mut Memory,
    ) -> Option<()> {
        let (input, outputs) = operands.apart()?;
        let column = workspace.get_mut::<u32>().get_mut(..2 * self.quads)?;
        set.expand(input.values, input.zero_point, column)?;
        let filter = self.paired.as_deref().unwrap_or(parameters.filter);
        let pair_bytes = (8 * self.quads).max(1);
        let mut channels = parameters.channels();
        let units = outputs.chunks_mut(2 * PAIRS).zip(self.bias.chunks(2 * PAIRS));
        for ((outputs, biases), filters) in units.zip(filter.chunks(PAIRS * pair_bytes)) {
            // The first pair stands for those behind the last one.
            let pair = |i: usize| filters.get(i * pair_bytes..(i + 1) * pair_bytes).or(filters.get(..pair_bytes));
            let mut pairs = [&[][..]; PAIRS];
            for (i, filter) in pairs.iter_mut().enumerate() {
                *filter = pair(i)?;
            }
            let sums = set.multiply_vectors(column, pairs)?;
            for (((output, sum), bias), channel) in
                outputs.iter_mut().zip(sums.as_flattened()).zip(biases).zip(&mut channels)
            {
                *output = self.output.apply(bias.wrapping_add(*sum), channel.rescale);
            }
        }
        Some(())
    }
}

/// Weights of four bits as paired ones.
fn unpack(filter: &[u8]) -> Option<Vec<u8>> {
    let mut words = std::vec![0_u32; filter.len().div_ceil(2)];
    Some(Weights::new(FilterLayout::Int4, &mut words).pair(filter)?.to_vec())
}

/// Plain weights as paired ones.
fn pair(filter: &[u8], inputs: usize, quads: usize) -> Vec<u8> {
    let units: Vec<_> = filter.chunks_exact(inputs.max(1)).collect();
    let mut paired = std::vec![0; units.len().div_ceil(2) * 8 * quads];
    for (units, paired) in units.chunks(2).zip(paired.chunks_exact_mut((8 * quads).max(1))) {
        for (unit, weights) in units.iter().enumerate() {
            for (quad, weights) in paired.as_chunks_mut::<8>().0.iter_mut().zip(weights.chunks(4)) {
                for (place, weight) in [0, 4, 2, 6].into_iter().zip(weights) {
                    quad[place + unit] = *weight;
                }
            }
        }
    }
    paired
}
