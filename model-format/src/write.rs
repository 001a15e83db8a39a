//! The writer: the only code that makes `.dim` files.

mod filter;
mod plan;

use alloc::vec::Vec;
use core::num::NonZeroU32;

pub use filter::Filter;
use filter::align;
use plan::Free;

use crate::identity::identity;
use crate::layout::{ALIGNMENT, CRC, CRC_BYTES, HEADER_OFFSET, Layout, MINOR_OFFSET, PROOF_OFFSET};
use crate::needs::{fan_in, tiles_are_apart, tiles_bytes, useful_scratch_bytes};
use crate::version::{
    MINOR_OF_INPUT_TABLES, MINOR_OF_OVERLAPS, MINOR_OF_PAIRED, MINOR_OF_PROOF, MINOR_OF_QUANTIZED_INPUT,
    MINOR_OF_SINGLE_ROUNDING,
};
use crate::{
    About, Add, Axis, Clamp, Concatenation, Conv2d, Error, FORMAT_MAJOR, FilterLayout, FullyConnected, Graph, Input,
    Lookup, MAGIC, Mean, Model, Mul, NO_TENSOR, Node, Pool2d, Preprocessing, Quantization, Rounding, Shape, Tap,
    TapKind, Tensor, TensorId, Window,
};

/// Builds a file node by node; [`ModelBuilder::finish`] plans the arena, writes and checks.
///
/// # Panics
/// The methods that take a [`TensorId`] panic if it did not come from this builder.
#[derive(Debug, Clone)]
pub struct ModelBuilder<'a> {
    about: About<'a>,
    input: Input,
    tensors: Vec<Tensor>,
    nodes: Vec<Node>,
    taps: Vec<Tap>,
    weights: Vec<u8>,
    /// The first filter that does not fit its operator.
    misfit: Option<Error>,
    layout: FilterLayout,
    rounding: Rounding,
}

impl<'a> ModelBuilder<'a> {
    /// An encoder of images with `shape`, without any node.
    pub fn new(about: About<'a>, shape: Shape) -> Self {
        let quantization = Quantization::CENTERED_U8;
        Self {
            about,
            input: Input { shape, preprocessing: Preprocessing::CenteredU8 },
            tensors: alloc::vec![Tensor { shape, quantization, arena_offset: 0 }],
            nodes: Vec::new(),
            taps: Vec::new(),
            weights: Vec::new(),
            misfit: None,
            layout: FilterLayout::Plain,
            rounding: Rounding::Double,
        }
    }

    /// What the image means, where it is not [`Quantization::CENTERED_U8`]. Its bytes are pixels minus 128 all the same.
    pub fn set_input_quantization(&mut self, quantization: Quantization) {
        let is_centered = quantization.is(&Quantization::CENTERED_U8);
        self.input.preprocessing = if is_centered { Preprocessing::CenteredU8 } else { Preprocessing::QuantizedU8 };
        self.tensors[0].quantization = quantization;
    }

    /// What becomes of the pixels 0 to 255 of each channel, and what the int8 numbers mean. To be called before any node is
    /// appended; another number of tables than of channels is refused when the file is finished.
    pub fn set_input_tables(&mut self, tables: &[[i8; 256]], quantization: Quantization) {
        align(&mut self.weights, ALIGNMENT as usize);
        let offset = u32::try_from(self.weights.len()).unwrap_or(u32::MAX);
        if tables.len() != usize::from(self.input.shape.channels) {
            self.misfit.get_or_insert(Error::InputTables(offset));
        }
        self.weights.extend(tables.as_flattened().iter().map(|q| q.cast_unsigned()));
        self.input.preprocessing = Preprocessing::LookupU8 { tables: offset };
        self.tensors[0].quantization = quantization;
    }

    /// How all nodes round; twice, unless this is called.
    pub const fn set_rounding(&mut self, rounding: Rounding) {
        self.rounding = rounding;
    }

    /// Layout of the filters of all convolutions and fully connected layers that are appended from now on; depthwise
    /// filters are always plain. The outputs do not depend on it, their speed and length do.
    pub const fn set_filter_layout(&mut self, layout: FilterLayout) {
        self.layout = layout;
    }

    /// The layout of what is appended next.
    pub const fn filter_layout(&self) -> FilterLayout {
        self.layout
    }

    /// The image.
    pub const fn input(&self) -> TensorId {
        TensorId(0)
    }

    /// Shape of a tensor of this model.
    pub fn shape(&self, id: TensorId) -> Shape {
        self.tensors[usize::from(id.0)].shape
    }

    /// Appends a convolution with as many output channels as `filter` has biases.
    pub fn conv2d(
        &mut self,
        input: TensorId,
        window: Window,
        clamp: Clamp,
        filter: &Filter,
        output: Quantization,
    ) -> TensorId {
        let op = Conv2d { input, window, clamp, parameters: self.append(filter, self.layout) };
        let node = match self.layout {
            FilterLayout::Plain => Node::Conv2d(op),
            FilterLayout::Paired => Node::PairedConv2d(op),
            FilterLayout::Int4 => Node::Int4Conv2d(op),
        };
        let shape = self.windowed(input, &window, filter.channels());
        self.push_filtered(node, filter, shape, output)
    }

    /// Appends a depthwise convolution with as many output channels as `filter` has biases.
    pub fn depthwise_conv2d(
        &mut self,
        input: TensorId,
        window: Window,
        clamp: Clamp,
        filter: &Filter,
        output: Quantization,
    ) -> TensorId {
        let op = Conv2d { input, window, clamp, parameters: self.append(filter, FilterLayout::Plain) };
        let shape = self.windowed(input, &window, filter.channels());
        self.push_filtered(Node::DepthwiseConv2d(op), filter, shape, output)
    }

    /// Appends a fully connected layer with as many units as `filter` has biases.
    pub fn fully_connected(
        &mut self,
        input: TensorId,
        clamp: Clamp,
        filter: &Filter,
        output: Quantization,
    ) -> TensorId {
        let op = FullyConnected { input, clamp, parameters: self.append(filter, self.layout) };
        let node = match self.layout {
            FilterLayout::Plain => Node::FullyConnected(op),
            FilterLayout::Paired => Node::PairedFullyConnected(op),
            FilterLayout::Int4 => Node::Int4FullyConnected(op),
        };
        self.push_filtered(node, filter, Shape::vector(filter.channels()), output)
    }

    /// Appends an addition.
    pub fn add(&mut self, op: Add, output: Quantization) -> TensorId {
        let shape = self.shape(op.inputs[0]);
        self.push(Node::Add(op), shape, output)
    }

    /// Appends a product of two tensors.
    pub fn mul(&mut self, op: Mul, output: Quantization) -> TensorId {
        let shape = self.shape(op.inputs[0]);
        self.push(Node::Mul(op), shape, output)
    }

    /// Appends an average pooling; its output has its input's quantization.
    pub fn average_pool2d(&mut self, op: Pool2d) -> TensorId {
        self.pool(op, Node::AveragePool2d(op))
    }

    /// Appends a maximum pooling; its output has its input's quantization.
    pub fn max_pool2d(&mut self, op: Pool2d) -> TensorId {
        self.pool(op, Node::MaxPool2d(op))
    }

    /// Appends a mean over all rows and columns.
    pub fn mean(&mut self, op: Mean, output: Quantization) -> TensorId {
        let shape = Shape::vector(self.shape(op.input).channels);
        self.push(Node::Mean(op), shape, output)
    }

    /// Appends a lookup: `table` has what becomes of -128, -127, and so on up to 127.
    pub fn lookup(&mut self, input: TensorId, table: &[i8; 256], output: Quantization) -> TensorId {
        align(&mut self.weights, ALIGNMENT as usize);
        let offset = u32::try_from(self.weights.len()).unwrap_or(u32::MAX);
        self.weights.extend(table.iter().map(|output| output.cast_unsigned()));
        let shape = self.shape(input);
        self.push(Node::Lookup(Lookup { input, table: offset }), shape, output)
    }

    /// Appends a concatenation of tensors, one to ten, of one quantization; a misfit is refused by name when it is finished.
    ///
    /// # Panics
    /// If there is no input, or one more than ten.
    pub fn concatenation(&mut self, tensors: &[TensorId], axis: Axis) -> TensorId {
        let mut inputs = [NO_TENSOR; 10];
        inputs[..tensors.len()].copy_from_slice(tensors);
        let quantization = self.tensors[usize::from(inputs[0].0)].quantization;
        let shape = axis.concatenated(tensors.iter().map(|id| self.shape(*id))).unwrap_or(Shape::new(0, 0, 0));
        self.push(Node::Concatenation(Concatenation { inputs, axis }), shape, quantization)
    }

    /// Gives a tensor a meaning and keeps it until the end of a run.
    pub fn tap(&mut self, kind: TapKind, tensor: TensorId) {
        self.taps.push(Tap { kind, tensor });
    }

    /// Plans the arena, writes the file and parses it.
    ///
    /// # Errors
    /// [`NodeError::Filter`](crate::NodeError::Filter), [`Error::TooLarge`], or what [`Model::parse`] finds wrong with the result.
    pub fn finish(mut self) -> Result<Vec<u8>, Error> {
        if let Some(error) = self.misfit {
            return Err(error);
        }
        let input = |node: &Node| node.inputs().next().map_or(Shape::new(0, 0, 0), |id| self.shape(id));
        let of_each = |bytes: fn(&Node, Shape, Shape) -> u64| -> Vec<u64> {
            let layers = self.nodes.iter().zip(&self.tensors[1..]);
            let bytes = layers.map(|(node, output)| bytes(node, input(node), output.shape));
            bytes.map(|bytes| bytes.next_multiple_of(u64::from(ALIGNMENT))).collect()
        };
        let scratch_bytes = of_each(useful_scratch_bytes).into_iter().max().unwrap_or(0);
        let wanted = of_each(tiles_bytes);
        let layers = self.nodes.iter().zip(&self.tensors[1..]);
        let apart: Vec<bool> = layers.map(|(node, output)| tiles_are_apart(input(node), output.shape)).collect();
        let free = Free { always: scratch_bytes, wanted: &wanted, apart: &apart };
        let plan = plan::place(&mut self.tensors, &self.nodes, &self.taps, free).ok_or(Error::TooLarge)?;
        let scratch_bytes = u32::try_from(scratch_bytes).map_err(|_| Error::TooLarge)?;
        let memory = Memory { arena_bytes: plan.arena_bytes, scratch_bytes };
        let of_rounding = match self.rounding {
            Rounding::Single => MINOR_OF_SINGLE_ROUNDING,
            Rounding::Double => 0,
        };
        let of_input = match self.input.preprocessing {
            Preprocessing::QuantizedU8 => MINOR_OF_QUANTIZED_INPUT,
            Preprocessing::LookupU8 { .. } => MINOR_OF_INPUT_TABLES,
            Preprocessing::CenteredU8 => 0,
        };
        let of_plan = if plan.has_overlaps { MINOR_OF_OVERLAPS } else { 0 };
        let of_scratch = if scratch_bytes > 0 { MINOR_OF_PAIRED } else { 0 };
        let of_parts = [of_rounding, of_input, of_plan, of_scratch];
        let minor = self.nodes.iter().map(Node::minor).chain(of_parts).max().unwrap_or(0);
        let [tensors, nodes, taps] = [records(&self.tensors)?, records(&self.nodes)?, records(&self.taps)?];
        let graph = Graph { rounding: self.rounding, input: self.input, tensors: &tensors, nodes: &nodes, taps: &taps };
        let file = write(&self.about, &graph, &self.weights, memory, minor)?;
        Model::parse(&file)?;
        Ok(file)
    }

    fn pool(&mut self, op: Pool2d, node: Node) -> TensorId {
        let input = self.tensors[usize::from(op.input.0)];
        let shape = self.windowed(op.input, &op.window, input.shape.channels);
        self.push(node, shape, input.quantization)
    }

    /// A window that does not fit gives an empty shape, which [`Model::parse`] refuses by name.
    fn windowed(&self, input: TensorId, window: &Window, channels: u16) -> Shape {
        let input = self.shape(input);
        let [height, width] = window.output(input.height, input.width).unwrap_or([0, 0]);
        Shape::new(height, width, channels)
    }

    fn push_filtered(&mut self, node: Node, filter: &Filter, shape: Shape, quantization: Quantization) -> TensorId {
        let input = node.inputs().next().map_or(Shape::vector(0), |id| self.shape(id));
        let weights = u64::from(fan_in(&node, input)) * filter.bias.len() as u64;
        if let Err(error) = filter.check(weights, node.layout()) {
            self.misfit.get_or_insert(Error::Node { node: self.nodes.len(), error });
        }
        self.push(node, shape, quantization)
    }

    fn push(&mut self, node: Node, shape: Shape, quantization: Quantization) -> TensorId {
        self.nodes.push(node);
        self.tensors.push(Tensor { shape, quantization, arena_offset: 0 });
        TensorId(u8::try_from(self.nodes.len()).unwrap_or(u8::MAX))
    }

    fn append(&mut self, filter: &Filter, layout: FilterLayout) -> u32 {
        align(&mut self.weights, ALIGNMENT as usize);
        let offset = u32::try_from(self.weights.len()).unwrap_or(u32::MAX);
        self.weights.extend(filter.bytes(layout));
        align(&mut self.weights, 4);
        for word in filter.bias.iter().chain(&filter.multiplier) {
            self.weights.extend(word.to_le_bytes());
        }
        self.weights.extend(filter.shift.iter().map(|shift| shift.to_ne_bytes()[0]));
        offset
    }
}

/// What a firmware sets aside; both are multiples of the alignment.
#[derive(Debug, Clone, Copy)]
struct Memory {
    arena_bytes: u32,
    scratch_bytes: u32,
}

fn write(about: &About<'_>, graph: &Graph<'_>, weights: &[u8], memory: Memory, minor: u16) -> Result<Vec<u8>, Error> {
    let graph = postcard::to_allocvec(graph).map_err(|_| Error::Header)?;
    let mut header = postcard::to_allocvec(about).map_err(|_| Error::Header)?;
    header.extend(&graph);
    let size = |bytes: usize| u32::try_from(bytes).map_err(|_| Error::TooLarge);
    let weights_offset = (HEADER_OFFSET + header.len()).next_multiple_of(ALIGNMENT as usize);
    let file_bytes = weights_offset + weights.len() + CRC_BYTES;
    let mut file = Vec::with_capacity(file_bytes);
    file.extend(MAGIC);
    file.extend(FORMAT_MAJOR.to_le_bytes());
    file.extend(minor.to_le_bytes());
    let fields = [
        size(file_bytes)?,
        memory.arena_bytes,
        memory.scratch_bytes,
        size(header.len())?,
        size(weights_offset)?,
        size(weights.len())?,
        0, // No proof.
    ];
    file.extend(fields.into_iter().flat_map(u32::to_le_bytes));
    file.extend(identity(&graph, weights).0);
    file.extend(&header);
    align(&mut file, ALIGNMENT as usize);
    file.extend(weights);
    file.extend(CRC.checksum(&file).to_le_bytes());
    Ok(file)
}

/// The same file with a proof: `digest` is what [`ProofDigest`](crate::ProofDigest) makes of its outputs, which someone
/// who can compute them has to say.
///
/// # Errors
/// If the file cannot be read.
pub fn prove(file: &[u8], digest: NonZeroU32) -> Result<Vec<u8>, Error> {
    Model::parse(file)?;
    let layout = Layout::read(file)?;
    let mut proven = file[..layout.file_bytes() as usize - CRC_BYTES].to_vec();
    let minor = layout.minor().max(MINOR_OF_PROOF);
    proven[MINOR_OFFSET..][..2].copy_from_slice(&minor.to_le_bytes());
    proven[PROOF_OFFSET..][..4].copy_from_slice(&digest.get().to_le_bytes());
    proven.extend(CRC.checksum(&proven).to_le_bytes());
    Ok(proven)
}

/// The records of a list, one after the other, without a count.
fn records<T: serde::Serialize>(list: &[T]) -> Result<Vec<u8>, Error> {
    list.iter().try_fold(Vec::new(), |bytes, record| postcard::to_extend(record, bytes).map_err(|_| Error::Header))
}
