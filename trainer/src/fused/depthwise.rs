//! Convolution of each channel by a filter of its own, with the channels last.

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::tensor::{Shape, Tensor};
use dim_model_format::Window;
use rayon::prelude::*;

use super::convolution::geometry::{Axis, Phase};
use super::convolution::sliding::{Framing, Sliding};
use super::convolution::{PARTS, groups_of};
use super::cpu::{Cpu, node, tracked};
use super::gradient::add_gradient;
use super::kernels::{in_blocks, widest};
use super::lanes::{Channels, each_group, of, of_mut};
use super::rows::{channels_last, channels_second, sum_of_parts, tensor};

/// `input * weight`, channel by channel, or `None` where it has to be burn's: on other devices and in other precisions.
///
/// # Shapes
/// `input` `[batch, channels, height, width]`, `weight` `[channels, 1, rows, columns]`; the result
/// `[batch, channels, height, width]`, in memory with the channels last.
pub(crate) fn depthwise(input: &Tensor<4>, weight: &Tensor<4>, window: Window) -> Option<Tensor<4>> {
    let (of, (weight, of_weight)) = (tracked(input)?, tracked(weight)?.into_parts());
    let (x, of_x) = of.clone().into_parts();
    let [batch, channels, height, width] = input.dims();
    let depthwise = Depthwise { batch, channels, axes: Axis::both([height, width], window) };
    let [rows, columns] = depthwise.axes.map(|axis| axis.places);
    // [rows, columns, channels]
    let weight = weight.permute(&[1, 2, 3, 0]).to_contiguous();
    let saved = Saved { depthwise, of, input: channels_last(x), weight };
    let output = depthwise.forward(saved.input.storage(), saved.weight.storage());
    let output = channels_second(
        &tensor(output, [batch, rows, columns, channels]),
        &Shape::from([batch, channels, rows, columns]),
    );
    Some(node(DepthwiseNode, [of_x, of_weight], saved, output))
}

#[derive(Debug, Clone, Copy)]
struct Depthwise {
    batch: usize,
    channels: usize,
    axes: [Axis; 2],
}

impl Depthwise {
    /// Numbers of an input, and of an output.
    fn sizes(&self) -> [usize; 2] {
        let [rows, columns] = self.axes;
        [rows.size * columns.size * self.channels, rows.places * columns.places * self.channels]
    }

    fn framing(&self) -> Framing {
        Framing::of_input(self.axes, self.channels)
    }

    fn sliding(&self) -> Sliding {
        Sliding::of_input(self.axes, self.framing(), self.channels)
    }

    fn forward(&self, input: &[f32], weight: &[f32]) -> Vec<f32> {
        let ([image, places], sliding, framing) = (self.sizes(), self.sliding(), self.framing());
        in_blocks(self.batch * places, places, |index, output, room| {
            for frame in framing.frames(&input[index * image..][..image], room) {
                let mut work = Forward { sliding, frame, weight, output };
                widest(|| each_group(self.channels, &mut work));
            }
        })
    }

    /// `[rows, columns, channels]`.
    fn at_weight(&self, input: &[f32], gradient: &[f32]) -> Vec<f32> {
        let ([image, places], sliding, framing) = (self.sizes(), self.sliding(), self.framing());
        let count = self.axes[0].kernel * self.axes[1].kernel * self.channels;
        let group = groups_of(self.batch, PARTS);
        let groups = gradient.par_chunks(group * places).zip(input.par_chunks(group * image));
        let parts = groups.map_init(Vec::new, |room, (gradient, input)| {
            let mut part = vec![0.0; count];
            for (frame, gradient) in framing.frames(input, room).zip(gradient.chunks_exact(places)) {
                let mut work = AtWeight { sliding, frame, gradient, sum: &mut part };
                widest(|| each_group(self.channels, &mut work));
            }
            part
        });
        sum_of_parts(&parts.collect::<Vec<_>>())
    }

    fn at_input(&self, weight: &[f32], gradient: &[f32]) -> Vec<f32> {
        let ([image, places], framing) = (self.sizes(), Framing::of_gradient(self.axes, self.channels));
        let phases = Axis::phases_of(self.axes)
            .map(|phase| (Sliding::of_phase(phase, framing, self.axes, self.channels), self.filters_of(phase, weight)));
        let phases: Vec<_> = phases.collect();
        in_blocks(self.batch * image, image, |index, output, room| {
            // No window sees what lies between those of a stride beyond the kernel.
            output.fill(0.0);
            for frame in framing.frames(&gradient[index * places..][..places], room) {
                for ((sliding, [from, to]), weight) in &phases {
                    let (frame, output) = (&frame[*from..], &mut output[*to..]);
                    let mut work = Forward { sliding: *sliding, frame, weight, output };
                    widest(|| each_group(self.channels, &mut work));
                }
            }
        })
    }

    /// The taps that meet a phase, the last first, `[rows, columns, channels]`.
    fn filters_of(&self, phase: [Phase; 2], weight: &[f32]) -> Vec<f32> {
        let [rows, columns] = self.axes;
        let places = (0..phase[0].taps).flat_map(|y| (0..phase[1].taps).map(move |x| [y, x]));
        let taps = places.map(|[y, x]| phase[0].tap_at(y, rows) * columns.kernel + phase[1].tap_at(x, columns));
        taps.flat_map(|tap| weight[tap * self.channels..][..self.channels].iter().copied()).collect()
    }
}

/// What every window gives with the filter of each channel.
struct Forward<'a> {
    sliding: Sliding,
    /// Begins where the first window does.
    frame: &'a [f32],
    /// `[window, channels]`.
    weight: &'a [f32],
    output: &'a mut [f32],
}

impl Channels for Forward<'_> {
    #[inline(always)]
    fn visit<const L: usize>(&mut self, first: usize) {
        let Sliding { row, channels, window, stride, places, output } = self.sliding;
        for y in 0..places[0] {
            for x in 0..places[1] {
                let mut sum = [0.0_f32; L];
                for down in 0..window[0] {
                    let from = &self.frame[(y * stride[0] + down) * row + x * stride[1] * channels..];
                    let weight = &self.weight[down * window[1] * channels..][..window[1] * channels];
                    for (pixel, weight) in from.chunks_exact(channels).zip(weight.chunks_exact(channels)) {
                        let (pixel, weight) = (of::<L, f32>(pixel, first), of::<L, f32>(weight, first));
                        (0..L).for_each(|lane| sum[lane] += pixel[lane] * weight[lane]);
                    }
                }
                *of_mut(&mut self.output[y * output[0] + x * output[1]..], first) = sum;
            }
        }
    }
}

/// Adds what the gradient of the outputs says of the filters.
struct AtWeight<'a> {
    sliding: Sliding,
    frame: &'a [f32],
    /// `[places, channels]`.
    gradient: &'a [f32],
    /// `[window, channels]`.
    sum: &'a mut [f32],
}

impl Channels for AtWeight<'_> {
    #[inline(always)]
    fn visit<const L: usize>(&mut self, first: usize) {
        let Sliding { row, channels, window, stride, places, .. } = self.sliding;
        for (tap, sum) in self.sum.chunks_exact_mut(channels).enumerate() {
            let sum = of_mut::<L, f32>(sum, first);
            let mut total = *sum;
            for (y, gradient) in self.gradient.chunks_exact(places[1] * channels).enumerate() {
                let from = &self.frame[(y * stride[0] + tap / window[1]) * row + tap % window[1] * channels..];
                for (pixel, gradient) in from.chunks(stride[1] * channels).zip(gradient.chunks_exact(channels)) {
                    let (pixel, gradient) = (of::<L, f32>(pixel, first), of::<L, f32>(gradient, first));
                    (0..L).for_each(|lane| total[lane] += pixel[lane] * gradient[lane]);
                }
            }
            *sum = total;
        }
    }
}

#[derive(Debug, Clone)]
struct Saved {
    of: FloatTensor<Cpu>,
    depthwise: Depthwise,
    /// `[batch, height, width, channels]`.
    input: FlexTensor,
    /// `[1, rows, columns, channels]`.
    weight: FlexTensor,
}

#[derive(Debug)]
struct DepthwiseNode;

impl Backward<Flex, 2> for DepthwiseNode {
    type State = Saved;

    fn backward(self, ops: Ops<Saved, 2>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let Saved { depthwise, of, input, weight } = ops.state;
        let gradient = channels_last(gradients.consume::<Flex>(&ops.node));
        let [of_input, of_weight] = ops.parents;
        let Depthwise { batch, channels, axes: [rows, columns] } = depthwise;
        if let Some(of_weight) = of_weight {
            let found = depthwise.at_weight(input.storage(), gradient.storage());
            let found = tensor(found, [1, rows.kernel, columns.kernel, channels]).permute(&[3, 0, 1, 2]);
            gradients.register::<Flex>(of_weight.id, found);
        }
        if of_input.is_some() {
            let found = depthwise.at_input(weight.storage(), gradient.storage());
            add_gradient(gradients, &of, tensor(found, [batch, rows.size, columns.size, channels]));
        }
    }
}

#[cfg(test)]
mod tests;
