//! Every kernel of every instruction set that this processor has equals the portable one over thousands of shapes and
//! factors. No other kernel can take its place here, since it gets no scratch memory.

mod add;
mod depthwise;
mod fully_connected;
mod large;
mod random;
mod small;
mod winograd;

use std::vec::Vec;
use std::{assert_eq, vec};

use dim_model_format::{
    About, FilterLayout, Model, ModelBuilder, Node, Parameters, Quantization, Rounding, Shape, TapKind, TensorId,
};

use super::instruction_set::InstructionSet;
use super::kernels::Kernels;
use crate::kernels::portable;
use crate::operands::Operands;
use random::Random;

/// Cases of each operator: 3000, or as many as `DIM_CASES` says, for a run that is a hundred times slower.
fn cases() -> u64 {
    std::env::var("DIM_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(3000)
}

/// What is drawn beside an operator: how its numbers are rounded, zero points of image and output, and the image.
struct Setting {
    shape: Shape,
    rounding: Rounding,
    zero_points: [i8; 2],
    values: Vec<i8>,
}

impl Setting {
    fn drawn(shape: Shape, random: &mut Random) -> Self {
        let values = random.int8s(usize::try_from(shape.elements()).unwrap_or(0));
        Self { shape, rounding: random.rounding(), zero_points: [random.int8(), random.int8()], values }
    }

    /// A file of one operator.
    fn file(
        &self,
        layout: FilterLayout,
        operator: impl FnOnce(&mut ModelBuilder<'_>, TensorId, Quantization) -> TensorId,
    ) -> Vec<u8> {
        let mut builder = ModelBuilder::new(About::named("one operator"), self.shape);
        let [input, output] = self.zero_points.map(|zero_point| Quantization { scale: 1.0, zero_point });
        builder.set_filter_layout(layout);
        builder.set_rounding(self.rounding);
        builder.set_input_quantization(input);
        let input = builder.input();
        let output = operator(&mut builder, input, output);
        builder.tap(TapKind::Embedding, output);
        builder.finish().unwrap_or_else(|error| panic!("a legal operator: {error}"))
    }

    /// Runs the operator of a file by `kernel`, into an output that is full of something else and not over the input.
    fn run(
        &self,
        file: &[u8],
        kernel: impl FnOnce(&Model<'_>, &Node, &Parameters<'_>, &mut Operands<'_>) -> Option<()>,
    ) -> Option<Vec<i8>> {
        let model = Model::parse(file).ok()?;
        let (node, mut output) = model.layers().next()?;
        let mut input = model.tensor(TensorId(0));
        (input.arena_offset, output.arena_offset) = (0, u32::try_from(self.values.len()).ok()?);
        let mut arena = vec![0x5a; output.arena_range().end];
        arena.get_mut(input.arena_range())?.copy_from_slice(&self.values);
        let operands = &mut Operands::new(&mut arena, input, output, self.rounding);
        kernel(&model, &node, &model.parameters(&node, output.shape)?, operands)?;
        Some(arena.get(output.arena_range())?.to_vec())
    }

    /// Runs the operator of a plain file by its definition, then those of all files by each instruction set.
    fn compare(&self, files: &[Vec<u8>], case: &str) {
        let expected = self.run(&files[0], |_, node, parameters, operands| match node {
            Node::Conv2d(op) => portable::conv2d(op, parameters, operands),
            Node::DepthwiseConv2d(op) => portable::depthwise_conv2d(op, parameters, operands),
            Node::FullyConnected(op) => portable::fully_connected(op, parameters, operands),
            other => panic!("{other:?}"),
        });
        assert!(expected.is_some());
        for set in InstructionSet::available().skip(1) {
            for (number, file) in files.iter().enumerate() {
                let found = self.run(file, |model, node, parameters, operands| {
                    let mut kernels = Kernels::new(set, model);
                    let layout = node.layout().unwrap_or_default();
                    match node {
                        Node::Conv2d(op) => kernels.plain_conv2d(0, op, parameters, operands),
                        Node::PairedConv2d(op) | Node::Int4Conv2d(op) => {
                            kernels.conv2d(0, op, layout, parameters, operands, &mut [])
                        }
                        Node::DepthwiseConv2d(op) => kernels.depthwise_conv2d(0, op, parameters, operands, &mut []),
                        Node::FullyConnected(op) => kernels.plain_fully_connected(0, op, parameters, operands),
                        Node::PairedFullyConnected(op) | Node::Int4FullyConnected(op) => {
                            kernels.fully_connected(0, op, layout, parameters, operands, &mut [])
                        }
                        other => panic!("{other:?}"),
                    }
                });
                assert_eq!(found, expected, "{set:?}, file {number}, {:?}, {case}", self.shape);
            }
        }
    }
}

/// A run that is there for some instructions says which, so that it cannot pass without them.
#[test]
fn instructions_are_those_that_are_expected() {
    let names: Vec<_> = InstructionSet::available().map(InstructionSet::name).collect();
    assert_eq!(names.first(), Some(&"portable"));
    assert_eq!(names.last(), Some(&InstructionSet::best().name()));
    if let Ok(expected) = std::env::var("DIM_INSTRUCTIONS") {
        assert_eq!(names.join(" "), expected);
    }
}
