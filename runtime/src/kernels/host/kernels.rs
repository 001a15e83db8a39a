//! Operators by the kernels of an instruction set, with what these have rearranged of a model.

use std::boxed::Box;
use std::vec::Vec;

use dim_model_format::{Add, Conv2d, FilterLayout, FullyConnected, Model, Node, Parameters, Pool2d, Tensor};

use super::convolution::Convolution;
use super::depthwise::Depthwise;
use super::fully_connected;
use super::instruction_set::{InstructionSet, Kind};
use super::instructions::Instructions;
use super::memory::Memory;
use super::sum::Sum;
use super::winograd::Winograd;
use super::{add, pooling};
use crate::kernels::portable::{self, Pooling};
use crate::kernels::{depthwise3x3, lookup, paired, winograd};
use crate::operands::Operands;
use crate::requantize::OutputStage;

/// Calls a kernel with the instruction set, or the other one where there is none.
macro_rules! with_instructions {
    ($set:expr, $name:ident => $call:expr, $portable:expr) => {
        match $set.0 {
            Kind::Portable => $portable,
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

#[cfg(test)]
pub(super) use with_instructions;

/// The kernels of an instruction set for the operators of a model.
#[derive(Debug)]
pub(crate) struct Kernels<'m> {
    set: InstructionSet,
    /// Of each node what it reads, which is not looked up in the file for every image.
    operands: Vec<(Tensor, Option<Parameters<'m>>)>,
    /// Of each node.
    layers: Vec<Layer>,
    workspace: Memory,
}

/// What is computed of a node ahead.
#[derive(Debug)]
enum Layer {
    Convolution(Convolution),
    /// A convolution by tiles.
    Winograd(Winograd),
    Depthwise(Depthwise),
    FullyConnected(fully_connected::FullyConnected),
    Sum(Box<Sum>),
    /// Nothing, of an operator that has one kernel for every processor: it has no weights.
    Nothing,
    /// It is left to the portable kernels.
    Portable,
}

impl<'m> Kernels<'m> {
    /// The fastest ones.
    pub(crate) fn best(model: &Model<'m>) -> Self {
        Self::new(InstructionSet::best(), model)
    }

    /// Rearranges weights for this instruction set.
    pub(crate) fn new(set: InstructionSet, model: &Model<'m>) -> Self {
        let mut workspace = Memory::default();
        let layer = |(node, output): (Node, Tensor)| {
            let layer = with_instructions!(set, set => Layer::new(set, model, &node, &output, &mut workspace), None);
            layer.unwrap_or(Layer::Portable)
        };
        let layers = model.layers().map(layer).collect();
        let operands =
            |(node, output): (Node, Tensor)| (model.tensor(node.input()), model.parameters(&node, output.shape));
        Self { set, operands: model.layers().map(operands).collect(), layers, workspace }
    }

    /// Whether a convolution is faster with all memory that is free while it runs.
    pub(crate) const fn use_free_memory(&self, op: &Conv2d) -> bool {
        matches!(self.set.0, Kind::Portable) && winograd::is_3x3(op)
    }

    /// Nodes that are left to the portable kernels.
    pub(crate) fn portable_nodes(&self) -> impl Iterator<Item = usize> {
        let is_portable = |layer: &Layer| matches!(layer, Layer::Portable);
        self.layers.iter().enumerate().filter(move |(_, layer)| is_portable(layer)).map(|(node, _)| node)
    }

    /// Whether a node is a convolution by tiles.
    #[cfg(test)]
    pub(super) fn is_by_tiles(&self, node: usize) -> bool {
        matches!(self.layers.get(node), Some(Layer::Winograd(_)))
    }

    /// What a node reads.
    pub(crate) fn input(&self, model: &Model<'_>, node: usize, operator: &Node) -> Tensor {
        self.operands.get(node).map_or_else(|| model.tensor(operator.input()), |(input, _)| *input)
    }

    /// Its parameters, if it has any.
    pub(crate) fn parameters(
        &self,
        _model: &Model<'m>,
        node: usize,
        _operator: &Node,
        _output: &Tensor,
    ) -> Option<Parameters<'m>> {
        self.operands.get(node).and_then(|(_, parameters)| *parameters)
    }

    /// As [`portable::conv2d`].
    pub(crate) fn plain_conv2d(
        &mut self,
        node: usize,
        op: &Conv2d,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
    ) -> Option<()> {
        self.convolve(node, operands, |operands| portable::conv2d(op, parameters, operands))
    }

    /// As [`paired::conv2d`].
    pub(crate) fn conv2d(
        &mut self,
        node: usize,
        op: &Conv2d,
        layout: FilterLayout,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
        scratch: &mut [u32],
    ) -> Option<()> {
        self.convolve(node, operands, |operands| winograd::conv2d(op, layout, parameters, operands, scratch))
    }

    fn convolve(
        &mut self,
        node: usize,
        operands: &mut Operands<'_>,
        portable: impl FnOnce(&mut Operands<'_>) -> Option<()>,
    ) -> Option<()> {
        let Self { set, layers, workspace, .. } = self;
        with_instructions!(set, set => match layers.get(node)? {
            Layer::Convolution(layer) => layer.run(set, operands, workspace),
            Layer::Winograd(layer) => layer.run(set.transforms()?, operands, workspace),
            _ => None,
        }, portable(operands))
    }

    /// As [`portable::fully_connected`].
    pub(crate) fn plain_fully_connected(
        &mut self,
        node: usize,
        op: &FullyConnected,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
    ) -> Option<()> {
        self.multiply(node, parameters, operands, |operands| portable::fully_connected(op, parameters, operands))
    }

    /// As [`paired::fully_connected`].
    pub(crate) fn fully_connected(
        &mut self,
        node: usize,
        op: &FullyConnected,
        layout: FilterLayout,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
        scratch: &mut [u32],
    ) -> Option<()> {
        self.multiply(node, parameters, operands, |operands| {
            paired::fully_connected(op, layout, parameters, operands, scratch)
        })
    }

    fn multiply(
        &mut self,
        node: usize,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
        portable: impl FnOnce(&mut Operands<'_>) -> Option<()>,
    ) -> Option<()> {
        let Self { set, layers, workspace, .. } = self;
        with_instructions!(set, set => match layers.get(node)? {
            Layer::FullyConnected(layer) => layer.run(set, parameters, operands, workspace),
            _ => None,
        }, portable(operands))
    }

    /// As [`portable::depthwise_conv2d`].
    pub(crate) fn depthwise_conv2d(
        &mut self,
        node: usize,
        op: &Conv2d,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
        scratch: &mut [u32],
    ) -> Option<()> {
        let Self { set, layers, workspace, .. } = self;
        with_instructions!(set, set => match layers.get(node)? {
            Layer::Depthwise(layer) => layer.run(set, operands, workspace),
            _ => None,
        }, depthwise3x3::depthwise_conv2d(op, parameters, operands, scratch))
    }

    /// As [`portable::pool2d`].
    pub(crate) fn pool2d(&mut self, pooling: Pooling, op: &Pool2d, operands: &mut Operands<'_>) -> Option<()> {
        match self.set.0 {
            Kind::Portable => portable::pool2d(pooling, op, operands),
            _ => pooling::pool2d(pooling, op, operands),
        }
    }

    /// As [`portable::add`].
    pub(crate) fn add(
        &mut self,
        node: usize,
        op: &Add,
        operands: &mut Operands<'_>,
        second: &Tensor,
        scratch: &mut [u32],
    ) -> Option<()> {
        with_instructions!(self.set, set => match self.layers.get(node)? {
            Layer::Sum(sum) => add::add(set, sum, operands, second),
            _ => None,
        }, lookup::add(op, operands, second, scratch))
    }
}

impl Layer {
    /// Makes room for what it needs to compute. `None` if something that `Model::parse` checked does not hold.
    fn new<S: Instructions>(
        set: S,
        model: &Model<'_>,
        node: &Node,
        output: &Tensor,
        workspace: &mut Memory,
    ) -> Option<Self> {
        let input = &model.tensor(node.input());
        let layout = node.layout().unwrap_or_default();
        let parameters = || model.parameters(node, output.shape);
        let stage = |clamp| OutputStage::of(output.quantization.zero_point, model.graph().rounding, clamp);
        let (layer, bytes) = match node {
            Node::Conv2d(op) | Node::PairedConv2d(op) | Node::Int4Conv2d(op) => {
                let (parameters, stage) = (parameters()?, stage(op.clamp));
                let by_tiles = |set| Winograd::new(set, op, layout, &parameters, input, stage);
                if let Some(layer) = set.transforms().and_then(by_tiles) {
                    let bytes = layer.workspace();
                    (Self::Winograd(layer), bytes)
                } else {
                    let layer = Convolution::new(set, op, layout, &parameters, input, stage)?;
                    let bytes = layer.workspace::<S>();
                    (Self::Convolution(layer), bytes)
                }
            }
            Node::DepthwiseConv2d(op) => {
                let layer = Depthwise::new::<S>(op, &parameters()?, input, stage(op.clamp))?;
                let bytes = layer.workspace::<S>();
                (Self::Depthwise(layer), bytes)
            }
            Node::FullyConnected(op) | Node::PairedFullyConnected(op) | Node::Int4FullyConnected(op) => {
                let layer = fully_connected::FullyConnected::new::<S>(layout, &parameters()?, input, stage(op.clamp))?;
                let bytes = layer.workspace();
                (Self::FullyConnected(layer), bytes)
            }
            Node::Add(op) => {
                let zero_points = op.inputs.map(|id| model.tensor(id).quantization.zero_point);
                (Self::Sum(Box::new(Sum::new(op, zero_points, stage(op.clamp)))), 0)
            }
            _ => (Self::Nothing, 0),
        };
        workspace.reserve(bytes);
        Some(layer)
    }
}
