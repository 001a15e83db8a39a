//! A parsed file.

use core::num::NonZeroU32;

use crate::layout::Layout;
use crate::needs::{fan_in, needed_scratch_bytes};
use crate::reader::Reader;
use crate::{
    About, FORMAT_MAJOR, Graph, Identity, Lookup, Node, Parameters, Records, Shape, Tap, TapKind, Tensor, TensorId,
};

/// An encoder, borrowed from the bytes of its file.
///
/// Every value is checked by [`Model::parse`]; the accessors cannot fail.
#[derive(Debug, Clone, Copy)]
pub struct Model<'a> {
    // Set by `parse` only, which checks them.
    pub(crate) layout: Layout<'a>,
    pub(crate) header: &'a [u8],
    pub(crate) graph: Graph<'a>,
    pub(crate) weights: &'a [u8],
}

impl<'a> Model<'a> {
    /// Name and provenance.
    pub fn about(&self) -> About<'a> {
        Reader(self.header).about().unwrap_or(About::named(""))
    }

    /// Rounding, input and the raw lists.
    pub const fn graph(&self) -> &Graph<'a> {
        &self.graph
    }

    /// Shape of the image, `[height, width, channels]`.
    pub const fn input_shape(&self) -> Shape {
        self.graph.input.shape
    }

    /// What the embeddings depend on, as stated in the file.
    pub const fn identity(&self) -> Identity {
        self.layout.identity()
    }

    /// Digest of the outputs for generated images, see [`ProofDigest`](crate::ProofDigest), if the file has a proof.
    pub const fn proof(&self) -> Option<NonZeroU32> {
        NonZeroU32::new(self.layout.proof())
    }

    /// Bytes of memory: activations, and behind them the scratch memory of the kernels.
    pub const fn arena_bytes(&self) -> usize {
        self.layout.arena_bytes() as usize
    }

    /// Bytes of scratch memory, the last ones of the arena.
    pub const fn scratch_bytes(&self) -> usize {
        self.layout.scratch_bytes() as usize
    }

    /// Major and minor version of the format that the file states: the lowest one that has all that it uses.
    pub const fn format_version(&self) -> [u16; 2] {
        [FORMAT_MAJOR, self.layout.minor()]
    }

    /// Length of the file.
    pub const fn file_bytes(&self) -> usize {
        self.layout.file_bytes() as usize
    }

    /// Length of the weights section.
    pub const fn weight_bytes(&self) -> usize {
        self.weights.len()
    }

    /// The operators, in the order in which they run; node `i` writes tensor `i + 1`.
    pub const fn nodes(&self) -> Records<'a, Node> {
        self.graph.nodes()
    }

    /// Bytes of activation memory, the first ones of the arena.
    pub const fn activation_bytes(&self) -> usize {
        self.arena_bytes().saturating_sub(self.scratch_bytes())
    }

    /// Bytes of the arena up to the end of the last tensor that is in use while a node runs: what it reads and writes, and
    /// what is read later.
    pub fn bytes_in_use(&self, node: usize) -> usize {
        const WORD: usize = 32;
        let mut is_read = [0_u32; 256 / WORD];
        let mut set = |tensor: TensorId| {
            let tensor = usize::from(tensor.0);
            is_read[tensor / WORD] |= 1 << (tensor % WORD);
        };
        self.nodes().skip(node).for_each(|node| node.inputs().for_each(&mut set));
        self.taps().for_each(|tap| set(tap.tensor));
        // All tensors up to its output are written by then.
        let written = self.tensors().take(node + 2).enumerate();
        let in_use =
            written.filter(|(tensor, _)| *tensor > node || is_read[tensor / WORD % 8] >> (tensor % WORD) & 1 != 0);
        in_use.map(|(_, tensor)| tensor.arena_range().end).max().unwrap_or(0)
    }

    /// All tensors, the input first.
    pub const fn tensors(&self) -> Records<'a, Tensor> {
        self.graph.tensors()
    }

    /// The tapped tensors.
    pub const fn taps(&self) -> Records<'a, Tap> {
        self.graph.taps()
    }

    /// Tensor `id`, or one without elements if `id` was made up: the ids found in a model's nodes and taps all have
    /// a tensor.
    #[inline(never)]
    pub fn tensor(&self, id: TensorId) -> Tensor {
        self.tensors().nth(usize::from(id.0)).unwrap_or(Tensor::EMPTY)
    }

    /// The tensor tapped as `kind`, if any.
    pub fn tap(&self, kind: TapKind) -> Option<TensorId> {
        self.taps().find(|tap| tap.kind == kind).map(|tap| tap.tensor)
    }

    /// Filter, bias and scaling of a node that writes `output`; `None` for an operator without parameters.
    pub fn parameters(&self, node: &Node, output: Shape) -> Option<Parameters<'a>> {
        let fan_in = fan_in(node, self.tensor(node.input()).shape);
        let filter_bytes = node.layout()?.filter_bytes(output.channels, fan_in.into());
        Parameters::take(self.weights, node.parameters()?, filter_bytes, output.channels)
    }

    /// The table of a lookup, in two's complement: what becomes of -128, -127, and so on; `None` if `op` was made up.
    pub fn table(&self, op: &Lookup) -> Option<&'a [u8; 256]> {
        self.weights.get(op.table as usize..)?.first_chunk()
    }

    /// By channel of the image, in two's complement, what becomes of pixels 0 to 255; `None` if they only lose 128.
    pub fn input_tables(&self) -> Option<&'a [[u8; 256]]> {
        let (tables, _) = self.weights.get(self.graph.input.preprocessing.tables()? as usize..)?.as_chunks();
        tables.get(..usize::from(self.input_shape().channels))
    }

    /// Each node with the tensor that it writes.
    pub fn layers(&self) -> impl Iterator<Item = (Node, Tensor)> + use<'a> {
        let mut outputs = self.tensors();
        outputs.next();
        self.nodes().zip(outputs)
    }

    /// Multiplications by a weight in one run of a node; zero for operators without weights.
    pub fn node_macs(&self, node: &Node, output: Shape) -> u64 {
        u64::from(fan_in(node, self.tensor(node.input()).shape)) * output.elements()
    }

    /// Multiplications by a weight in one run.
    pub fn macs(&self) -> u64 {
        self.layers().map(|(node, output)| self.node_macs(&node, output.shape)).sum()
    }

    /// The identity computed anew from graph and weights; equal to [`Model::identity`] in every file
    /// that [`crate::ModelBuilder`] wrote.
    #[cfg(feature = "alloc")]
    pub fn computed_identity(&self) -> Result<Identity, crate::Error> {
        let graph = postcard::to_allocvec(&self.graph).map_err(|_| crate::Error::Header)?;
        Ok(crate::identity::identity(&graph, self.weights))
    }

    /// Bytes of scratch memory without which a node cannot be run.
    pub(crate) fn needed_scratch_bytes(&self, node: &Node, output: Shape) -> u64 {
        needed_scratch_bytes(node, self.tensor(node.input()).shape, output)
    }
}
