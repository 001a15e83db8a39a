//! Convolution with the channels last: windows are read where they lie, and so are the gradients.

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::tensor::{Shape, Tensor};
use dim_model_format::Window;
use rayon::prelude::*;

use super::cpu::{Cpu, node, tracked};
use super::gradient::add_gradient;
use super::kernels::{Kernels, Panel, in_blocks};
use super::panels::Panels;
use super::rows::{channels_last, channels_second, sum_of_parts, tensor};
use geometry::{Axis, Phase};
use sliding::{Framing, Sliding};

pub(super) mod geometry;
pub(super) mod sliding;
mod transposed;

pub(crate) use transposed::transposed_convolution;

/// `input * weight`, or `None` where it has to be burn's: on other devices and in other precisions.
///
/// # Shapes
/// `input` `[batch, inputs, height, width]`, `weight` `[outputs, inputs, rows, columns]` of one group; the result
/// `[batch, outputs, height, width]`, in memory with the channels last.
pub(crate) fn convolution(input: &Tensor<4>, weight: &Tensor<4>, window: Window) -> Option<Tensor<4>> {
    let ([batch, inputs, height, width], [outputs, ..]) = (input.dims(), weight.dims());
    let axes = Axis::both([height, width], window);
    Convolution { kernels: Kernels::found(), batch, inputs, outputs, axes }.differentiated(Way::Forth, input, weight)
}

/// From what a convolution reads to what it gives, or the other way, as its gradient goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Forth,
    Back,
}

/// What is convolved, and by which instructions.
#[derive(Debug, Clone, Copy)]
struct Convolution {
    kernels: &'static Kernels,
    batch: usize,
    inputs: usize,
    outputs: usize,
    axes: [Axis; 2],
}

/// Most sums of filters that are taken apart and then added, whatever the number of threads.
pub(super) const PARTS: usize = 32;
/// Numbers of all of them together, where one does not have as many: 4 MiB.
const SUMS: usize = 1 << 20;
/// Places whose outputs are computed with a panel of filters before the next one is taken.
const PLACES: usize = 256;

impl Convolution {
    /// Numbers of an input, and of an output.
    fn sizes(&self) -> [usize; 2] {
        let [rows, columns] = self.axes;
        [rows.size * columns.size * self.inputs, rows.places * columns.places * self.outputs]
    }

    /// Images that are computed together.
    fn group(&self) -> usize {
        (PLACES / (self.axes[0].places * self.axes[1].places)).clamp(1, self.batch)
    }

    /// As a node of the differentiation; `None` where burn's tensors are not the CPU's, or not differentiated.
    fn differentiated(self, way: Way, input: &Tensor<4>, weight: &Tensor<4>) -> Option<Tensor<4>> {
        let (of, (weight, of_weight)) = (tracked(input)?, tracked(weight)?.into_parts());
        let (x, of_x) = of.clone().into_parts();
        let saved = Saved { convolution: self, way, of, input: channels_last(x), weight: weight.to_contiguous() };
        let output = self.apply(way, &saved.input, &saved.weight);
        Some(node(ConvolutionNode, [of_x, of_weight], saved, self.channels_second(way, &output)))
    }

    /// `rows` convolved, or what would be the gradient at the input if they were that at the output; in memory with the
    /// channels last.
    fn apply(&self, way: Way, rows: &FlexTensor, weight: &FlexTensor) -> FlexTensor {
        let [height, width, channels] = self.extents(way);
        let numbers = match way {
            Way::Forth => self.forward(rows.storage(), weight.storage()),
            Way::Back => self.at_input(weight.storage(), rows.storage()),
        };
        tensor(numbers, [self.batch, height, width, channels])
    }

    /// Height, width and channels of what that way leads to.
    fn extents(&self, way: Way) -> [usize; 3] {
        let [rows, columns] = self.axes;
        match way {
            Way::Forth => [rows.places, columns.places, self.outputs],
            Way::Back => [rows.size, columns.size, self.inputs],
        }
    }

    /// What [`Self::apply`] gives, as `[batch, channels, height, width]`.
    fn channels_second(&self, way: Way, rows: &FlexTensor) -> FlexTensor {
        let [height, width, channels] = self.extents(way);
        channels_second(rows, &Shape::from([self.batch, channels, height, width]))
    }

    fn framing(&self) -> Framing {
        Framing::of_input(self.axes, self.inputs)
    }

    fn sliding(&self) -> Sliding {
        Sliding::of_input(self.axes, self.framing(), self.outputs).flattened(self.framing().width())
    }

    /// `input` `[batch, height, width, inputs]`, `weight` `[outputs, inputs, rows, columns]`; the result
    /// `[batch, height, width, outputs]`.
    fn forward(&self, input: &[f32], weight: &[f32]) -> Vec<f32> {
        let [rows, columns] = self.axes.map(|axis| axis.kernel);
        let taps = rows * columns;
        let row = |k: usize| k % self.inputs * taps + k / self.inputs;
        let filters = Panels::new(self.kernels, weight, [taps * self.inputs, self.outputs], row, self.inputs * taps);
        let ([image, places], sliding) = (self.sizes(), self.sliding());
        let group = self.group();
        in_blocks(self.batch * places, group * places, |index, output, room| {
            let images = output.len() / places;
            let frames = self.framing().frames(&input[index * group * image..][..images * image], room);
            for (first, panel) in filters.iter() {
                for (frame, output) in frames.clone().zip(output.chunks_exact_mut(places)) {
                    sliding.convolve(self.kernels, frame, panel, &mut output[first..]);
                }
            }
        })
    }

    /// The gradient at the weight, `[rows, columns, inputs, outputs]`.
    fn at_weight(&self, input: &[f32], gradient: &[f32]) -> Vec<f32> {
        let ([image, places], sliding, outputs) = (self.sizes(), self.sliding(), self.outputs);
        let depth = self.axes[0].kernel * self.axes[1].kernel * self.inputs;
        // Rows of the gradient are read as whole panels, so they are made as wide.
        let half = self.kernels.width / 2;
        let wide = outputs.next_multiple_of(half);
        let parts = (SUMS / (depth * outputs)).clamp(1, PARTS);
        let group = self.group().max(groups_of(self.batch, parts));
        let groups = gradient.par_chunks(group * places).zip(input.par_chunks(group * image));
        let parts = groups.map_init(
            || (Vec::new(), Vec::new()),
            |(room, widened), (gradient, input)| {
                let gradient = widen(gradient, [outputs, wide], widened);
                let frames = self.framing().frames(input, room).zip(gradient.chunks_exact(places / outputs * wide));
                let frames: Vec<_> = frames.collect();
                let panels = (0..outputs.div_ceil(self.kernels.width)).into_par_iter();
                let panels = panels.map(|panel| {
                    let first = panel * self.kernels.width;
                    let width = self.kernels.width_for(outputs - first);
                    let columns = width.min(outputs - first);
                    let mut sums = vec![0.0; depth * columns];
                    for (frame, gradient) in &frames {
                        let panel = Panel { numbers: &gradient[first..], row: wide, width, columns };
                        sliding.correlate(self.kernels, frame, panel, (&mut sums, columns));
                    }
                    sums
                });
                panels.collect::<Vec<_>>()
            },
        );
        side_by_side(&sum_of_panels(parts.collect()), [depth, outputs])
    }

    /// `numbers` `[rows, columns, inputs, outputs]` as a weight has them.
    fn filters(&self, numbers: Vec<f32>) -> FlexTensor {
        let [rows, columns] = self.axes.map(|axis| axis.kernel);
        tensor(numbers, [rows, columns, self.inputs, self.outputs]).permute(&[3, 2, 0, 1])
    }

    /// The gradient at the input, `[batch, height, width, inputs]`.
    fn at_input(&self, weight: &[f32], gradient: &[f32]) -> Vec<f32> {
        let ([image, places], framing) = (self.sizes(), Framing::of_gradient(self.axes, self.outputs));
        let phases = Axis::phases_of(self.axes).map(|phase| {
            let (sliding, begins) = Sliding::of_phase(phase, framing, self.axes, self.inputs);
            (sliding.flattened(framing.width()), begins, self.filters_of(phase, weight))
        });
        let phases: Vec<_> = phases.collect();
        let group = self.group();
        in_blocks(self.batch * image, group * image, |index, output, room| {
            let images = output.len() / image;
            let frames = framing.frames(&gradient[index * group * places..][..images * places], room);
            // No window sees what lies between those of a stride beyond the kernel.
            output.fill(0.0);
            for (sliding, [from, to], filters) in &phases {
                for (first, panel) in filters.iter() {
                    for (frame, output) in frames.clone().zip(output.chunks_exact_mut(image)) {
                        sliding.convolve(self.kernels, &frame[*from..], panel, &mut output[to + first..]);
                    }
                }
            }
        })
    }

    /// The taps that meet a phase, the last first, `[rows, columns, outputs, inputs]`.
    fn filters_of(&self, phase: [Phase; 2], weight: &[f32]) -> Panels {
        let [rows, columns] = self.axes;
        let [of_rows, of_columns] = phase;
        let row = |k: usize| {
            let (output, place) = (k % self.outputs, k / self.outputs);
            let [y, x] = [place / of_columns.taps, place % of_columns.taps];
            (output * self.inputs * rows.kernel + of_rows.tap_at(y, rows)) * columns.kernel
                + of_columns.tap_at(x, columns)
        };
        let depth = of_rows.taps * of_columns.taps * self.outputs;
        Panels::new(self.kernels, weight, [depth, self.inputs], row, rows.kernel * columns.kernel)
    }
}

/// The sums over parts, panel by panel.
fn sum_of_panels(mut parts: Vec<Vec<Vec<f32>>>) -> Vec<Vec<f32>> {
    let panels = parts.first().map_or(0, Vec::len);
    let of_panel = |panel| parts.iter_mut().map(|part| std::mem::take(&mut part[panel])).collect();
    let panels: Vec<Vec<Vec<f32>>> = (0..panels).map(of_panel).collect();
    panels.iter().map(|parts| sum_of_parts(parts)).collect()
}

/// Panels as one matrix `[depth, columns]`, each as wide as what it has of every row.
fn side_by_side(panels: &[Vec<f32>], [depth, columns]: [usize; 2]) -> Vec<f32> {
    let mut matrix = Vec::with_capacity(depth * columns);
    for row in 0..depth {
        for panel in panels {
            let width = panel.len() / depth;
            matrix.extend_from_slice(&panel[row * width..][..width]);
        }
    }
    matrix
}

/// Images of a group, of which there are at most so many.
pub(super) fn groups_of(batch: usize, most: usize) -> usize {
    batch.div_ceil(most).max(1)
}

/// Rows of `wide` numbers, of which the first are those of the given rows and the others 0.
fn widen<'a>(rows: &'a [f32], [width, wide]: [usize; 2], room: &'a mut Vec<f32>) -> &'a [f32] {
    if width == wide {
        return rows;
    }
    room.resize(rows.len() / width * wide, 0.0);
    room.chunks_exact_mut(wide).zip(rows.chunks_exact(width)).for_each(|(to, row)| to[..width].copy_from_slice(row));
    room
}

#[derive(Debug, Clone)]
struct Saved {
    of: FloatTensor<Cpu>,
    convolution: Convolution,
    way: Way,
    /// With the channels last.
    input: FlexTensor,
    /// `[outputs, inputs, rows, columns]` of the convolution.
    weight: FlexTensor,
}

#[derive(Debug)]
struct ConvolutionNode;

impl Backward<Flex, 2> for ConvolutionNode {
    type State = Saved;

    fn backward(self, ops: Ops<Saved, 2>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let Saved { convolution, way, of, input, weight } = ops.state;
        let gradient = channels_last(gradients.consume::<Flex>(&ops.node));
        let [of_input, of_weight] = ops.parents;
        let (read, given, opposite) = match way {
            Way::Forth => (&input, &gradient, Way::Back),
            Way::Back => (&gradient, &input, Way::Forth),
        };
        if let Some(of_weight) = of_weight {
            let found = convolution.at_weight(read.storage(), given.storage());
            gradients.register::<Flex>(of_weight.id, convolution.filters(found));
        }
        if of_input.is_some() {
            add_gradient(gradients, &of, convolution.apply(opposite, &gradient, &weight));
        }
    }
}

#[cfg(test)]
mod tests;
