//! What each operator of an encoder becomes.

mod whole;

use dim_model_format::{
    Conv2d, FilterLayout, FullyConnected, Model, Node, Parameters, Pool2d, Rounding, Shape, TapKind, Tensor, TensorId,
    Window,
};

use crate::error::{ExportError, Inexpressible};
use crate::factors::{check_left_shift, check_sum, weight_scales};
use crate::geometry::{activation, padding};
use crate::schema::{self, Activation, IDENTIFIER, Operator, Options, Padding};
use crate::subgraph::{Constant, PerChannel, Subgraph, TensorIndex};
use dim_flatbuffer as flatbuffer;

/// Order of the outputs in the file; a tap that the encoder does not have is left out.
pub const OUTPUTS: [TapKind; 6] =
    [TapKind::Embedding, TapKind::FeatureMap, TapKind::Conv, TapKind::Fc, TapKind::CriticMap, TapKind::CriticEmbedding];

/// The bytes of a `.tflite` file that computes the same bytes as `model`, in TensorFlow Lite Micro.
///
/// # Shapes
/// Input `[1, height, width, channels]`, int8: pixels minus 128. Outputs as [`OUTPUTS`] orders them, int8:
/// `[1, units]` of a fully connected layer or a sum of them, `[1, height, width, channels]` of any other.
///
/// # Errors
/// Names the first layer that cannot be expressed to the bit.
pub fn export(model: &Model<'_>) -> Result<Vec<u8>, ExportError> {
    let Rounding::Double = model.graph().rounding else { return Err(ExportError::Rounding) };
    // So that all extents and their products fit the int of the schema.
    if i32::try_from(model.arena_bytes()).is_err() {
        return Err(ExportError::TooLarge(model.arena_bytes()));
    }
    let mut export = Export { model, subgraph: Subgraph::new(), written: Vec::new() };
    let image = model.tensor(TensorId(0));
    let input = export.subgraph.activation("image".to_owned(), Form::Map.extents(image.shape), image.quantization);
    export.written.push(Written { index: input, form: Form::Map, reshaped: None });
    for (layer, (node, output)) in model.layers().enumerate() {
        let fail = |reason| ExportError::Layer { layer, operator: node.name(), reason };
        export.layer(&node, &output).map_err(fail)?;
    }
    export.finish(input)
}

struct Export<'m, 'a> {
    model: &'m Model<'a>,
    subgraph: Subgraph,
    /// By number of the encoder's tensor.
    written: Vec<Written>,
}

/// Shapes that a tensor of an encoder takes in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `[1, height, width, channels]`.
    Map,
    /// `[1, elements]`.
    Vector,
}

impl Form {
    fn extents(self, shape: Shape) -> Vec<i32> {
        let [height, width, channels] = [shape.height, shape.width, shape.channels].map(i32::from);
        match self {
            Self::Map => vec![1, height, width, channels],
            Self::Vector => vec![1, height * width * channels],
        }
    }
}

/// One tensor of the encoder, as it was computed and, if something needed it so, in the other form.
#[derive(Debug, Clone, Copy)]
struct Written {
    index: TensorIndex,
    form: Form,
    reshaped: Option<TensorIndex>,
}

/// What fills a padding that becomes an operator.
#[derive(Debug, Clone, Copy)]
enum Fill {
    /// The zero point, which adds nothing to a sum of products.
    RealZero,
    /// The smallest number of int8, which is never the largest of a window: each has an element inside.
    Smallest,
}

impl Export<'_, '_> {
    fn layer(&mut self, node: &Node, output: &Tensor) -> Result<(), Inexpressible> {
        match node {
            Node::Conv2d(op) | Node::PairedConv2d(op) | Node::Int4Conv2d(op) => self.conv2d(node, op, output),
            Node::DepthwiseConv2d(op) => self.depthwise_conv2d(node, op, output),
            Node::FullyConnected(op) | Node::PairedFullyConnected(op) | Node::Int4FullyConnected(op) => {
                self.fully_connected(node, op, output)
            }
            Node::Add(op) => {
                check_sum(op, op.inputs.map(|id| self.model.tensor(id).quantization), output.quantization)?;
                let activation = self.activation(node, output)?;
                let are_vectors = op.inputs.iter().all(|id| self.written[usize::from(id.0)].form == Form::Vector);
                let form = if are_vectors { Form::Vector } else { Form::Map };
                let inputs = op.inputs.map(|id| self.read(id, form)).to_vec();
                let sum = self.push(node, output, form);
                self.subgraph.operator(Operator::Add, inputs, sum, Options::Add { activation });
                Ok(())
            }
            Node::AveragePool2d(op) => {
                let input = self.read(op.input, Form::Map);
                let padding = padding(&op.window, self.shape(op.input), output.shape)
                    .ok_or(Inexpressible::Padding(op.window.padding))?;
                self.pool(node, op, output, Operator::AveragePool2d, input, padding)
            }
            Node::MaxPool2d(op) => {
                let (input, padding) = self.padded(op.input, &op.window, output.shape, Fill::Smallest);
                self.pool(node, op, output, Operator::MaxPool2d, input, padding)
            }
            Node::Mean(op) => self.mean(node, op, output),
            Node::Lookup(op) => self.lookup(node, op, output),
            Node::Mul(op) => self.mul(node, op, output),
            Node::Concatenation(op) => {
                self.concatenation(node, op.axis, output);
                Ok(())
            }
            _ => Err(Inexpressible::Operator),
        }
    }

    fn conv2d(&mut self, node: &Node, op: &Conv2d, output: &Tensor) -> Result<(), Inexpressible> {
        let [height, width] = op.window.kernel.map(i32::from);
        let filter = vec![output.shape.channels.into(), height, width, self.shape(op.input).channels.into()];
        let activation = self.activation(node, output)?;
        let [weights, bias] = self.parameters(node, output, filter, 0)?;
        let (input, padding) = self.padded(op.input, &op.window, output.shape, Fill::RealZero);
        let map = self.push(node, output, Form::Map);
        let options = Options::Conv2d { padding, stride: op.window.stride, activation };
        self.subgraph.operator(Operator::Conv2d, vec![input, weights, bias], map, options);
        Ok(())
    }

    fn depthwise_conv2d(&mut self, node: &Node, op: &Conv2d, output: &Tensor) -> Result<(), Inexpressible> {
        let [height, width] = op.window.kernel.map(i32::from);
        let channels = output.shape.channels;
        let depth_multiplier = i32::from(channels / self.shape(op.input).channels);
        let activation = self.activation(node, output)?;
        let [weights, bias] = self.parameters(node, output, vec![1, height, width, channels.into()], 3)?;
        let (input, padding) = self.padded(op.input, &op.window, output.shape, Fill::RealZero);
        let map = self.push(node, output, Form::Map);
        let options = Options::DepthwiseConv2d { padding, stride: op.window.stride, depth_multiplier, activation };
        self.subgraph.operator(Operator::DepthwiseConv2d, vec![input, weights, bias], map, options);
        Ok(())
    }

    fn fully_connected(&mut self, node: &Node, op: &FullyConnected, output: &Tensor) -> Result<(), Inexpressible> {
        let activation = self.activation(node, output)?;
        let units = i32::from(output.shape.channels);
        let fan_in = Form::Vector.extents(self.shape(op.input))[1];
        let [weights, bias] = self.parameters(node, output, vec![units, fan_in], 0)?;
        let inputs = vec![self.read(op.input, Form::Vector), weights, bias];
        let vector = self.push(node, output, Form::Vector);
        self.subgraph.operator(Operator::FullyConnected, inputs, vector, Options::FullyConnected { activation });
        Ok(())
    }

    fn pool(
        &mut self,
        node: &Node,
        op: &Pool2d,
        output: &Tensor,
        operator: Operator,
        input: TensorIndex,
        padding: Padding,
    ) -> Result<(), Inexpressible> {
        let Window { kernel, stride, .. } = op.window;
        let activation = self.activation(node, output)?;
        let map = self.push(node, output, Form::Map);
        self.subgraph.operator(operator, vec![input], map, Options::Pool2d { padding, stride, kernel, activation });
        Ok(())
    }

    /// Weights of `shape` with the output channels in `dimension`, and biases.
    fn parameters(
        &mut self,
        node: &Node,
        output: &Tensor,
        shape: Vec<i32>,
        dimension: i32,
    ) -> Result<[TensorIndex; 2], Inexpressible> {
        let parameters = self.model.parameters(node, output.shape).ok_or(Inexpressible::Operator)?;
        let input = node.inputs().next().map_or(*output, |id| self.model.tensor(id)).quantization;
        let scales = weight_scales(parameters.channels(), input, output.quantization)?;
        let filter = plain(node, &parameters, &shape);
        check_left_shifts(&filter, &parameters, dimension)?;
        let name = self.prefix();
        let biases: Vec<i32> = parameters.channels().map(|channel| channel.bias).collect();
        // Nothing is computed with the scale of a bias; a scale of zero would have no meaning.
        let of_bias = |scale: &f32| (scale * input.scale).max(f32::MIN_POSITIVE);
        let bias_scales = PerChannel { scales: scales.iter().map(of_bias).collect(), dimension: 0 };
        let weights = Constant::Int8(filter);
        Ok([
            self.subgraph.parameters(format!("{name}/weights"), shape, weights, PerChannel { scales, dimension }),
            self.subgraph.parameters(
                format!("{name}/bias"),
                vec![biases.len() as i32],
                Constant::Int32(biases),
                bias_scales,
            ),
        ])
    }

    /// The input of a window and the padding that is left to the operator: padding that `TFLite` does not
    /// know becomes an operator of its own.
    fn padded(&mut self, id: TensorId, window: &Window, output: Shape, fill: Fill) -> (TensorIndex, Padding) {
        let input = self.read(id, Form::Map);
        let Tensor { shape, quantization, .. } = self.model.tensor(id);
        if let Some(padding) = padding(window, shape, output) {
            return (input, padding);
        }
        let name = format!("{}/padded", self.prefix());
        let sides = window.padding;
        let [top, left, bottom, right] = [sides.top, sides.left, sides.bottom, sides.right].map(i32::from);
        let pairs = vec![0, 0, top, bottom, left, right, 0, 0];
        let amounts = self.subgraph.extents(format!("{name}/amounts"), vec![4, 2], pairs);
        let mut grown = Form::Map.extents(shape);
        grown[1] += top + bottom;
        grown[2] += left + right;
        let padded = self.subgraph.activation(name.clone(), grown, quantization);
        match fill {
            Fill::RealZero => {
                self.subgraph.operator(Operator::Pad, vec![input, amounts], padded, Options::Pad);
            }
            Fill::Smallest => {
                let value = self.subgraph.scalar(format!("{name}/value"), i8::MIN, quantization);
                self.subgraph.operator(Operator::PadV2, vec![input, amounts, value], padded, Options::PadV2);
            }
        }
        (padded, Padding::Valid)
    }

    fn activation(&self, node: &Node, output: &Tensor) -> Result<Activation, Inexpressible> {
        activation(node.clamp(), output.quantization).ok_or(Inexpressible::Activation(node.clamp()))
    }

    fn shape(&self, id: TensorId) -> Shape {
        self.model.tensor(id).shape
    }

    /// Adds the output of `node`.
    fn push(&mut self, node: &Node, output: &Tensor, form: Form) -> TensorIndex {
        let id = TensorId(self.written.len() as u8);
        let tapped = OUTPUTS.into_iter().find(|kind| self.model.tap(*kind) == Some(id));
        let name = tapped.map_or_else(|| format!("{}/{}", self.prefix(), node.name()), |kind| kind.name().to_owned());
        let index = self.subgraph.activation(name, form.extents(output.shape), output.quantization);
        self.written.push(Written { index, form, reshaped: None });
        index
    }

    /// Start of the names of what the present layer needs.
    fn prefix(&self) -> String {
        format!("layer_{}", self.written.len() - 1)
    }

    /// A tensor in the form that is needed, reshaped once if it was computed in the other.
    fn read(&mut self, id: TensorId, form: Form) -> TensorIndex {
        let written = self.written[usize::from(id.0)];
        if written.form == form {
            return written.index;
        }
        written.reshaped.unwrap_or_else(|| {
            let Tensor { shape, quantization, .. } = self.model.tensor(id);
            let extents = form.extents(shape);
            let name = format!("{}/reshaped", self.prefix());
            let count = vec![extents.len() as i32];
            let to = self.subgraph.extents(format!("{name}/shape"), count, extents.clone());
            let reshaped = self.subgraph.activation(name, extents.clone(), quantization);
            let options = Options::Reshape { shape: extents };
            self.subgraph.operator(Operator::Reshape, vec![written.index, to], reshaped, options);
            self.written[usize::from(id.0)].reshaped = Some(reshaped);
            reshaped
        })
    }

    fn finish(self, input: TensorIndex) -> Result<Vec<u8>, ExportError> {
        let outputs = OUTPUTS.iter().filter_map(|kind| self.model.tap(*kind));
        let index = |id: TensorId| self.written[usize::from(id.0)].index;
        let outputs = outputs.map(index).collect();
        // In the order of the taps, and with two names for a tensor of two kinds, which a tensor's own name cannot say.
        let named = self.model.taps().map(|tap| (tap.kind.name().to_owned(), index(tap.tensor) as u32)).collect();
        let signature = schema::signature(vec![("image".to_owned(), input as u32)], named);
        let name = self.model.about().name;
        let description = format!("{name}, dim identity {}", self.model.identity());
        let bytes = flatbuffer::write(&self.subgraph.finish(name, description, input, outputs, signature), IDENTIFIER);
        if i32::try_from(bytes.len()).is_err() {
            return Err(ExportError::TooLarge(bytes.len()));
        }
        Ok(bytes)
    }
}

/// The weights in `shape`, one output channel after the other but for a depthwise convolution, without what
/// another layout fills up.
fn plain(node: &Node, parameters: &Parameters<'_>, shape: &[i32]) -> Vec<u8> {
    match node.layout() {
        None | Some(FilterLayout::Plain) => parameters.filter.to_vec(),
        Some(layout) => {
            let channels = parameters.channels().len();
            let fan_in = shape.iter().product::<i32>() as usize / channels;
            let weight = |channel, k| {
                let weight = layout.weight(parameters.filter, channel, k, fan_in);
                weight.expect("a model has all weights").cast_unsigned()
            };
            (0..channels).flat_map(|channel| (0..fan_in).map(move |k| weight(channel, k))).collect()
        }
    }
}

/// # Errors
/// The first channel in which [`check_left_shift`] finds one; output channels are in `dimension` of the weights.
fn check_left_shifts(filter: &[u8], parameters: &Parameters<'_>, dimension: i32) -> Result<(), Inexpressible> {
    let channels = parameters.channels().len();
    let fan_in = filter.len() / channels;
    for (channel, numbers) in parameters.channels().enumerate() {
        let [first, step] = if dimension == 0 { [channel * fan_in, 1] } else { [channel, channels] };
        let weights = filter[first..].iter().step_by(step).take(fan_in);
        check_left_shift(channel, numbers, weights.map(|weight| weight.cast_signed()))?;
    }
    Ok(())
}
