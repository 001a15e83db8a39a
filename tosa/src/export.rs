//! What each operator of an encoder becomes.

mod sums;
mod whole;

use dim_model_format::{Model, Node, Pool2d, Rounding, Shape, Tensor, TensorId, Window};

use crate::block::{Block, Constant};
use crate::error::{ExportError, Inexpressible};
use crate::scale::Scales;
use crate::schema::{DataType, Operator};
use crate::window::covered;

/// The bytes of a `.tosa` file that computes the same bytes as `model`, in TOSA's reference model.
///
/// # Shapes
/// Input `[1, height, width, channels]`, int8: pixels minus 128. The outputs are the encoder's taps, in their order and by
/// their names, int8, `[1, height, width, channels]`.
///
/// # Errors
/// Names the first layer that cannot be expressed to the bit.
pub fn export(model: &Model<'_>) -> Result<Vec<u8>, ExportError> {
    let (Rounding::Double | Rounding::Single) = model.graph().rounding else { return Err(ExportError::Rounding) };
    // So that all extents and their products fit the int of the schema.
    if i32::try_from(model.arena_bytes()).is_err() {
        return Err(ExportError::TooLarge(model.arena_bytes()));
    }
    let mut export = Export { model, block: Block::default(), written: vec![IMAGE.to_owned()] };
    export.block.tensor(IMAGE, extents(model.input_shape()), DataType::Int8);
    for (layer, (node, output)) in model.layers().enumerate() {
        let fail = |reason| ExportError::Layer { layer, operator: node.name(), reason };
        export.layer(&node, &output).map_err(fail)?;
    }
    export.finish()
}

/// Name of the input.
const IMAGE: &str = "image";

struct Export<'m, 'a> {
    model: &'m Model<'a>,
    block: Block,
    /// Names of the encoder's tensors, by their numbers.
    written: Vec<String>,
}

fn extents(shape: Shape) -> [i32; 4] {
    [1, shape.height.into(), shape.width.into(), shape.channels.into()]
}

impl Export<'_, '_> {
    fn layer(&mut self, node: &Node, output: &Tensor) -> Result<(), Inexpressible> {
        match node {
            Node::Conv2d(op) | Node::PairedConv2d(op) | Node::Int4Conv2d(op) => self.conv2d(node, op, output),
            Node::DepthwiseConv2d(op) => self.depthwise_conv2d(node, op, output),
            Node::FullyConnected(op) | Node::PairedFullyConnected(op) | Node::Int4FullyConnected(op) => {
                self.fully_connected(node, op, output)
            }
            Node::Add(op) => self.add(node, op, output),
            Node::Mul(op) => self.mul(node, op, output),
            Node::Mean(op) => self.mean(node, op, output),
            Node::AveragePool2d(Pool2d { input, window, .. }) => {
                let (input, kernel, stride, pad) = self.windowed(*input, window, output.shape);
                // Zero points of zero: the mean is that of the numbers in the file, not of what they stand for.
                let zero_points = ["input", "output"];
                let zero_points =
                    zero_points.map(|side| self.block.scalar(self.name(&format!("{side}_zero_point")), 0));
                let inputs = [vec![input], zero_points.to_vec()].concat();
                self.bounded(node, output, Operator::AvgPool2d { kernel, stride, pad }, inputs);
                Ok(())
            }
            Node::MaxPool2d(Pool2d { input, window, .. }) => {
                let (input, kernel, stride, pad) = self.windowed(*input, window, output.shape);
                self.bounded(node, output, Operator::MaxPool2d { kernel, stride, pad }, vec![input]);
                Ok(())
            }
            Node::Lookup(op) => self.lookup(node, op, output),
            Node::Concatenation(op) => {
                self.concatenation(node, op.axis, output);
                Ok(())
            }
            _ => Err(Inexpressible::Operator),
        }
    }

    /// What a window slides over, without rows and columns that it does not reach; its kernel, stride and padding.
    fn windowed(&mut self, id: TensorId, window: &Window, output: Shape) -> (String, [i32; 2], [i32; 2], [i32; 4]) {
        let shape = self.model.tensor(id).shape;
        let covered = covered(window, shape, output);
        let [height, width] = covered.extents;
        let kept = [1, height, width, shape.channels.into()];
        let mut input = self.tensor(id);
        if kept != extents(shape) {
            let start = self.block.shape(self.name("first"), &[0; 4]);
            let size = self.block.shape(self.name("size"), &kept);
            input = self.computed("covered", kept, DataType::Int8, Operator::Slice, vec![input, start, size]);
        }
        (input, window.kernel.map(i32::from), window.stride.map(i32::from), covered.pad)
    }

    /// A tensor of the encoder in another shape.
    fn reshaped(&mut self, id: TensorId, what: &str, shape: [i32; 4]) -> String {
        let tensor = self.tensor(id);
        if extents(self.model.tensor(id).shape) == shape {
            return tensor;
        }
        let to = self.block.shape(self.name(&format!("{what}_shape")), &shape);
        self.computed(what, shape, DataType::Int8, Operator::Reshape, vec![tensor, to])
    }

    /// Adds the output of `node`: numbers of 32 bits, times factors.
    fn rescaled(&mut self, node: &Node, output: &Tensor, sums: String, scales: Scales) {
        let (operator, inputs) = self.rescale("output", sums, Constant::Int32(vec![0]), scales, zero_point(output));
        self.bounded(node, output, operator, inputs);
    }

    /// A `RESCALE` and what it reads. `name` is that of its constants.
    fn rescale(
        &mut self,
        name: &str,
        input: String,
        input_zero_point: Constant,
        Scales { multipliers, shifts }: Scales,
        output_zero_point: Constant,
    ) -> (Operator, Vec<String>) {
        let prefix = self.name(name);
        let mut constant = |what, count, numbers| self.block.constant(format!("{prefix}_{what}"), vec![count], numbers);
        let channels = multipliers.len() as i32;
        let shifts = shifts.into_iter().map(i8::cast_unsigned).collect();
        let inputs = vec![
            input,
            constant("multiplier", channels, Constant::Int32(multipliers)),
            constant("shift", channels, Constant::Int8(shifts)),
            constant("from_zero_point", 1, input_zero_point),
            constant("to_zero_point", 1, output_zero_point),
        ];
        (Operator::Rescale { rounding: self.model.graph().rounding, per_channel: channels > 1 }, inputs)
    }

    /// Adds the output of `node` as what `operator` computes, within the node's bounds.
    fn bounded(&mut self, node: &Node, output: &Tensor, operator: Operator, inputs: Vec<String>) {
        let shape = extents(output.shape);
        let clamp = node.clamp();
        let (operator, inputs) = if clamp == dim_model_format::Clamp::NONE {
            (operator, inputs)
        } else {
            let unbounded = self.computed("unbounded", shape, DataType::Int8, operator, inputs);
            (Operator::Clamp { min: clamp.min, max: clamp.max }, vec![unbounded])
        };
        let id = TensorId(self.written.len() as u8);
        let tap = self.model.taps().find(|tap| tap.tensor == id);
        let name = tap.map_or_else(|| self.name(node.name()), |tap| tap.kind.name().to_owned());
        self.block.tensor(&name, shape, DataType::Int8);
        self.block.operator(operator, inputs, &name);
        self.written.push(name);
    }

    /// Adds a tensor that the present layer computes on the way to its output.
    fn computed(
        &mut self,
        what: &str,
        shape: [i32; 4],
        element: DataType,
        operator: Operator,
        inputs: Vec<String>,
    ) -> String {
        let name = self.name(what);
        self.block.tensor(&name, shape, element);
        self.block.operator(operator, inputs, &name);
        name
    }

    fn tensor(&self, id: TensorId) -> String {
        self.written[usize::from(id.0)].clone()
    }

    /// A name for what the present layer needs.
    fn name(&self, what: &str) -> String {
        format!("layer_{}/{what}", self.written.len() - 1)
    }

    fn finish(mut self) -> Result<Vec<u8>, ExportError> {
        let taps = self.model.taps();
        let mut outputs = Vec::new();
        for tap in taps {
            let name = tap.kind.name().to_owned();
            let tensor = self.tensor(tap.tensor);
            // The image, or a tensor that is tapped twice.
            if tensor != name {
                self.block.tensor(&name, extents(self.model.tensor(tap.tensor).shape), DataType::Int8);
                self.block.operator(Operator::Identity, vec![tensor], &name);
            }
            outputs.push(name);
        }
        let bytes = self.block.finish(self.model.about().name.to_owned(), IMAGE.to_owned(), outputs);
        if i32::try_from(bytes.len()).is_err() {
            return Err(ExportError::TooLarge(bytes.len()));
        }
        Ok(bytes)
    }
}

fn zero_point(tensor: &Tensor) -> Constant {
    Constant::Int8(vec![tensor.quantization.zero_point.cast_unsigned()])
}
