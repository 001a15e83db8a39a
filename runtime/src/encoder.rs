//! Runs a model on an arena.

use dim_model_format::{
    FilterLayout, Model, Node, PROOF_IMAGES, Preprocessing, ProofDigest, ProofPixels, Quantization, Shape, TapKind,
    Tensor, TensorId,
};

use crate::Error;
#[cfg(feature = "std")]
use crate::kernels::InstructionSet;
use crate::kernels::Kernels;
use crate::kernels::portable::{self, Pooling};
use crate::operands::Operands;

/// A model with the memory that it runs in.
#[derive(Debug)]
pub struct Encoder<'m, 'a> {
    model: Model<'m>,
    /// The activations, and behind them memory of the kernels.
    arena: &'a mut [i8],
    input: Tensor,
    kernels: Kernels<'m>,
}

impl<'m, 'a> Encoder<'m, 'a> {
    /// Binds a model to an arena of at least [`Model::arena_bytes`]; what the arena holds does not matter. What it is
    /// longer is memory in which convolutions of 3x3 may be faster, with the same outputs.
    ///
    /// # Errors
    /// [`Error::ArenaTooSmall`]; [`Error::LeftOut`] where a feature of this crate is off, of node 0 for what is done to
    /// the image.
    pub fn new(model: &Model<'m>, arena: &'a mut [i8]) -> Result<Self, Error> {
        if let Preprocessing::LookupU8 { .. } = model.graph().input.preprocessing
            && cfg!(not(feature = "lookup"))
        {
            return Err(Error::LeftOut { node: 0, feature: "lookup" });
        }
        // Where nothing can be missing, the list is not read.
        if !EVERY_OPERATOR {
            for (node, operator) in model.nodes().enumerate() {
                if let Some(feature) = missing_feature(&operator) {
                    return Err(Error::LeftOut { node, feature });
                }
            }
        }
        let [needed, got] = [model.arena_bytes(), arena.len()];
        if got < needed {
            return Err(Error::ArenaTooSmall { needed, got });
        }
        let input = model.tensor(TensorId(0));
        Ok(Self { model: *model, arena, input, kernels: Kernels::best(model) })
    }

    /// Computes with these instructions from now on, in place of the fastest; the outputs stay the same.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn with_instructions(self, instructions: InstructionSet) -> Self {
        Self { kernels: Kernels::new(instructions, &self.model), ..self }
    }

    /// Nodes for which the instructions have no kernel, so that they take as long as on any processor: all with the
    /// portable set, and none with another one.
    #[cfg(feature = "std")]
    pub fn portable_nodes(&self) -> impl Iterator<Item = usize> {
        self.kernels.portable_nodes()
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
            Preprocessing::LookupU8 { .. } if cfg!(feature = "lookup") => {
                let tables = self.model.input_tables()?;
                for ((q, pixel), table) in input.iter_mut().zip(pixels).zip(tables.iter().cycle()) {
                    *q = table[usize::from(pixel)].cast_signed();
                }
            }
            // `Model::parse` lets only these through.
            _ => return None,
        }
        observe(TensorId(0), input);
        let Self { model, arena, kernels, .. } = self;
        let activations = model.activation_bytes();
        for ((node, output), id) in model.layers().zip(1..) {
            let index = usize::from(id) - 1;
            // Behind all tensors, or behind those that are in use, where it matters.
            let start = match &node {
                Node::PairedConv2d(op) | Node::Int4Conv2d(op) if kernels.use_free_memory(op) => {
                    model.bytes_in_use(index)
                }
                _ => activations,
            };
            let (tensors, scratch) = arena.split_at_mut_checked(start)?;
            let (_, scratch, _) = bytemuck::pod_align_to_mut(scratch);
            run(model, index, &node, &output, tensors, scratch, kernels)?;
            observe(TensorId(id), tensors.get(output.arena_range())?);
        }
        Some(())
    }
}

/// Whether no operator is left out.
const EVERY_OPERATOR: bool = cfg!(all(
    feature = "plain",
    feature = "int4",
    feature = "depthwise",
    feature = "add",
    feature = "pool",
    feature = "mean",
    feature = "lookup",
    feature = "concatenation",
    feature = "mul"
));

/// The feature without which a node cannot run, if it is off.
const fn missing_feature(node: &Node) -> Option<&'static str> {
    let (feature, is_on) = match node {
        Node::Conv2d(_) | Node::FullyConnected(_) => ("plain", cfg!(feature = "plain")),
        Node::Int4Conv2d(_) | Node::Int4FullyConnected(_) => ("int4", cfg!(feature = "int4")),
        Node::DepthwiseConv2d(_) => ("depthwise", cfg!(feature = "depthwise")),
        Node::Add(_) => ("add", cfg!(feature = "add")),
        Node::AveragePool2d(_) | Node::MaxPool2d(_) => ("pool", cfg!(feature = "pool")),
        Node::Mean(_) => ("mean", cfg!(feature = "mean")),
        Node::Lookup(_) => ("lookup", cfg!(feature = "lookup")),
        Node::Concatenation(_) => ("concatenation", cfg!(feature = "concatenation")),
        Node::Mul(_) => ("mul", cfg!(feature = "mul")),
        _ => return None,
    };
    if is_on { None } else { Some(feature) }
}

fn run(
    model: &Model<'_>,
    index: usize,
    node: &Node,
    output: &Tensor,
    arena: &mut [i8],
    scratch: &mut [u32],
    kernels: &mut Kernels<'_>,
) -> Option<()> {
    let input = kernels.input(model, index, node);
    let operands = &mut Operands::new(arena, input, *output, model.graph().rounding);
    let parameters = kernels.parameters(model, index, node, output);
    // Without the feature, no more code than one layout needs.
    let layout = if cfg!(feature = "int4") { node.layout().unwrap_or_default() } else { FilterLayout::Paired };
    match (node, parameters) {
        (Node::PairedConv2d(op) | Node::Int4Conv2d(op), Some(parameters)) => {
            kernels.conv2d(index, op, layout, &parameters, operands, scratch)
        }
        (Node::PairedFullyConnected(op) | Node::Int4FullyConnected(op), Some(parameters)) => {
            kernels.fully_connected(index, op, layout, &parameters, operands, scratch)
        }
        (Node::Conv2d(op), Some(parameters)) if cfg!(feature = "plain") => {
            kernels.plain_conv2d(index, op, &parameters, operands)
        }
        (Node::DepthwiseConv2d(op), Some(parameters)) if cfg!(feature = "depthwise") => {
            kernels.depthwise_conv2d(index, op, &parameters, operands, scratch)
        }
        (Node::FullyConnected(op), Some(parameters)) if cfg!(feature = "plain") => {
            kernels.plain_fully_connected(index, op, &parameters, operands)
        }
        (Node::Add(op), _) if cfg!(feature = "add") => {
            kernels.add(index, op, operands, &model.tensor(op.inputs[1]), scratch)
        }
        (Node::AveragePool2d(op), _) if cfg!(feature = "pool") => kernels.pool2d(Pooling::Average, op, operands),
        (Node::MaxPool2d(op), _) if cfg!(feature = "pool") => kernels.pool2d(Pooling::Max, op, operands),
        (Node::Mean(op), _) if cfg!(feature = "mean") => portable::mean(op, operands),
        (Node::Lookup(op), _) if cfg!(feature = "lookup") => portable::lookup(model.table(op)?, operands),
        (Node::Concatenation(op), _) if cfg!(feature = "concatenation") => {
            portable::concatenation(op.axis, node.inputs().map(|id| model.tensor(id)), operands)
        }
        (Node::Mul(op), _) if cfg!(feature = "mul") => portable::mul(op, operands, &model.tensor(op.inputs[1])),
        // `Model::parse` lets only these operators through, these with their parameters, and `Encoder::new` those that
        // there are.
        _ => None,
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
