//! Runs a model on an arena.

use dim_model_format::{
    Model, Node, PROOF_IMAGES, Preprocessing, ProofDigest, ProofPixels, Quantization, Rounding, Shape, TapKind, Tensor,
    TensorId,
};

use crate::Error;
use crate::kernels::{InstructionSet, Map, MapMut, portable};

/// A model with the memory that it runs in.
#[derive(Debug)]
pub struct Encoder<'m, 'a> {
    model: Model<'m>,
    /// The activations.
    arena: &'a mut [i8],
    /// Memory of the kernels.
    scratch: &'a mut [u32],
    input: Tensor,
    instructions: InstructionSet,
}

impl<'m, 'a> Encoder<'m, 'a> {
    /// Binds a model to an arena of at least [`Model::arena_bytes`]; what the arena holds does not matter.
    ///
    /// # Errors
    /// [`Error::ArenaTooSmall`].
    pub fn new(model: &Model<'m>, arena: &'a mut [i8]) -> Result<Self, Error> {
        let [needed, got] = [model.arena_bytes(), arena.len()];
        let arena = arena.get_mut(..needed).ok_or(Error::ArenaTooSmall { needed, got })?;
        let (arena, scratch) =
            arena.split_at_mut_checked(model.activation_bytes()).ok_or(Error::ArenaTooSmall { needed, got })?;
        let (_, scratch, _) = bytemuck::pod_align_to_mut(scratch);
        let input = model.tensor(TensorId(0));
        Ok(Self { model: *model, arena, scratch, input, instructions: InstructionSet::best() })
    }

    /// Computes with these instructions from now on, in place of the fastest; the outputs stay the same.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn with_instructions(self, instructions: InstructionSet) -> Self {
        Self { instructions, ..self }
    }

    /// Computes the embedding and the taps of one image.
    ///
    /// # Shapes
    /// `pixels`: `[height, width, channels]` of the model's input, raw u8, channels innermost.
    ///
    /// # Errors
    /// [`Error::ImageLength`]; [`Error::Changed`] after a fault of the memory.
    pub fn encode(&mut self, pixels: &[u8]) -> Result<Output<'m, '_>, Error> {
        self.encode_observed(pixels, |_, _| {})
    }

    /// Computes as [`Encoder::encode`] does, and calls `observe` with each tensor as soon as it is written: the
    /// preprocessed image first, then the output of every node. For profiles and for comparisons layer by layer.
    ///
    /// # Errors
    /// As [`Encoder::encode`].
    pub fn encode_observed(
        &mut self,
        pixels: &[u8],
        observe: impl FnMut(TensorId, &[i8]),
    ) -> Result<Output<'m, '_>, Error> {
        let [expected, got] = [self.input.arena_range().len(), pixels.len()];
        if got != expected {
            return Err(Error::ImageLength { expected, got });
        }
        self.run(pixels.iter().copied(), observe).ok_or(Error::Changed)?;
        Output::new(self.model, self.arena).ok_or(Error::Changed)
    }

    /// Computes what the file's proof is over, and compares the outputs with those that it was written for: embedding
    /// and taps of [`PROOF_IMAGES`] generated images. A firmware that does it at its start knows that this processor,
    /// compiler, memory and file make the bits that were measured on the workstation.
    ///
    /// # Errors
    /// [`Error::NoProof`], [`Error::Disproved`]; [`Error::Changed`] after a fault of the memory.
    pub fn prove(&mut self) -> Result<(), Error> {
        let stated = self.model.proof().ok_or(Error::NoProof)?.get();
        let mut pixels = ProofPixels::new();
        let mut digest = ProofDigest::new();
        for _ in 0..PROOF_IMAGES {
            self.run(pixels.next_image(), |_, _| {}).ok_or(Error::Changed)?;
            for tap in self.model.taps() {
                let values = self.arena.get(self.model.tensor(tap.tensor).arena_range()).ok_or(Error::Changed)?;
                digest.update(bytemuck::cast_slice(values));
            }
        }
        let computed = digest.finish().get();
        if computed == stated { Ok(()) } else { Err(Error::Disproved { stated, computed }) }
    }

    /// `pixels` has at least as many as the image. `None` if something that [`Model::parse`] checked does not hold; so
    /// are all kernels.
    fn run(&mut self, pixels: impl Iterator<Item = u8>, mut observe: impl FnMut(TensorId, &[i8])) -> Option<()> {
        let input = self.arena.get_mut(self.input.arena_range())?;
        match self.model.graph().input.preprocessing {
            Preprocessing::CenteredU8 | Preprocessing::QuantizedU8 => {
                for (q, pixel) in input.iter_mut().zip(pixels) {
                    // Flipping the top bit takes 128 off in two's complement.
                    *q = (pixel ^ 0x80).cast_signed();
                }
            }
            // `Model::parse` lets only these through.
            _ => return None,
        }
        observe(TensorId(0), input);
        for ((node, output), id) in self.model.layers().zip(1..) {
            run(&self.model, &node, &output, self.arena, self.scratch, self.instructions)?;
            observe(TensorId(id), self.arena.get(output.arena_range())?);
        }
        Some(())
    }
}

fn run(
    model: &Model<'_>,
    node: &Node,
    output: &Tensor,
    arena: &mut [i8],
    scratch: &mut [u32],
    kernels: InstructionSet,
) -> Option<()> {
    let (mut output, rest) = split(arena, output, model.graph().rounding)?;
    let input = |id| rest.map(&model.tensor(id));
    let parameters = model.parameters(node, output.shape);
    match (node, parameters) {
        (Node::PairedConv2d(op), Some(parameters)) => {
            kernels.conv2d(op, &parameters, &input(op.input)?, &mut output, scratch)
        }
        (Node::PairedFullyConnected(op), Some(parameters)) => {
            kernels.fully_connected(op, &parameters, &input(op.input)?, &mut output, scratch)
        }
        (Node::Conv2d(op), Some(parameters)) => kernels.plain_conv2d(op, &parameters, &input(op.input)?, &mut output),
        (Node::DepthwiseConv2d(op), Some(parameters)) => {
            kernels.depthwise_conv2d(op, &parameters, &input(op.input)?, &mut output, scratch)
        }
        (Node::FullyConnected(op), Some(parameters)) => {
            portable::fully_connected(op, &parameters, &input(op.input)?, &mut output)
        }
        (Node::Add(op), _) => {
            let [a, b] = op.inputs.map(input);
            kernels.add(op, [a?, b?], &mut output, scratch)
        }
        (Node::AveragePool2d(op), _) => kernels.average_pool2d(op, &input(op.input)?, &mut output),
        (Node::MaxPool2d(op), _) => portable::max_pool2d(op, &input(op.input)?, &mut output),
        // `Model::parse` lets only these operators through, and these with their parameters.
        _ => None,
    }
}

/// The arena without the tensor that is being written.
struct Rest<'a> {
    before: &'a [i8],
    after: &'a [i8],
    after_offset: usize,
}

/// Takes the output out of the arena; the plan keeps every input out of its way.
fn split<'a>(arena: &'a mut [i8], output: &Tensor, rounding: Rounding) -> Option<(MapMut<'a>, Rest<'a>)> {
    let range = output.arena_range();
    let (head, after) = arena.split_at_mut_checked(range.end)?;
    let (before, values) = head.split_at_mut_checked(range.start)?;
    let map = MapMut { values, shape: output.shape, zero_point: output.quantization.zero_point, rounding };
    Some((map, Rest { before, after, after_offset: range.end }))
}

impl<'a> Rest<'a> {
    fn map(&self, tensor: &Tensor) -> Option<Map<'a>> {
        let range = tensor.arena_range();
        let values = match range.start.checked_sub(self.after_offset) {
            Some(start) => self.after.get(start..range.end - self.after_offset),
            None => self.before.get(range),
        };
        Some(Map { values: values?, shape: tensor.shape, zero_point: tensor.quantization.zero_point })
    }
}

/// What one image gave; it borrows the arena until the next image.
#[derive(Debug)]
pub struct Output<'m, 'a> {
    model: Model<'m>,
    arena: &'a [i8],
    embedding: Quantized<'a>,
}

/// An int8 tensor and its meaning: `real = scale * (q - zero_point)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantized<'a> {
    /// `[height, width, channels]`, channels innermost.
    pub values: &'a [i8],
    /// Extents of `values`.
    pub shape: Shape,
    /// Scale and zero point.
    pub quantization: Quantization,
}

impl<'m, 'a> Output<'m, 'a> {
    fn new(model: Model<'m>, arena: &'a [i8]) -> Option<Self> {
        Some(Self { model, arena, embedding: tapped(&model, arena, TapKind::Embedding)? })
    }

    /// The global representation Y, `[1, 1, units]`.
    pub const fn embedding(&self) -> Quantized<'a> {
        self.embedding
    }

    /// The local feature map, `[M, M, channels]`, if the file taps one.
    pub fn feature_map(&self) -> Option<Quantized<'a>> {
        self.tap(TapKind::FeatureMap)
    }

    /// A tapped tensor, if the file has it.
    pub fn tap(&self, kind: TapKind) -> Option<Quantized<'a>> {
        tapped(&self.model, self.arena, kind)
    }
}

fn tapped<'a>(model: &Model<'_>, arena: &'a [i8], kind: TapKind) -> Option<Quantized<'a>> {
    let tensor = model.tensor(model.tap(kind)?);
    let values = arena.get(tensor.arena_range())?;
    Some(Quantized { values, shape: tensor.shape, quantization: tensor.quantization })
}
