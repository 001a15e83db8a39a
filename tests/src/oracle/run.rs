//! A whole graph, one operator after the other.

use dim_model_format::FilterLayout::{Int4, Paired, Plain};
use dim_model_format::{Model, Node, Preprocessing, Tensor, TensorId};

use super::activation::{Activation, Target};
use super::{operators, whole};

/// Runs a model on one image and returns every tensor: element 0 is the input, `i + 1` the output of node `i`.
///
/// # Shapes
/// `pixels`: `[height, width, channels]` of the model's input, raw u8.
///
/// # Panics
/// If `pixels` has another length, or the model an operator newer than this oracle.
pub fn run(model: &Model<'_>, pixels: &[u8]) -> Vec<Activation> {
    let mut tensors = vec![preprocess(model, pixels)];
    for (node, output) in model.layers() {
        let values = evaluate(model, &node, &output, &tensors);
        assert_eq!(values.len() as u64, output.shape.elements(), "{} made another shape than stated", node.name());
        tensors.push(Activation { shape: output.shape, zero_point: output.quantization.zero_point, values });
    }
    tensors
}

fn preprocess(model: &Model<'_>, pixels: &[u8]) -> Activation {
    let shape = model.input_shape();
    assert_eq!(pixels.len() as u64, shape.elements(), "one byte for each element of the input {shape}");
    match model.graph().input.preprocessing {
        Preprocessing::CenteredU8 | Preprocessing::QuantizedU8 => {
            let values = pixels.iter().map(|pixel| (i64::from(*pixel) - 128) as i8).collect();
            Activation { shape, zero_point: model.tensor(TensorId(0)).quantization.zero_point, values }
        }
        Preprocessing::LookupU8 { .. } => {
            let tables = model.input_tables().expect("the file has the tables");
            let channels = usize::from(shape.channels);
            let value = |(index, pixel): (usize, &u8)| tables[index % channels][usize::from(*pixel)] as i8;
            let values = pixels.iter().enumerate().map(value).collect();
            Activation { shape, zero_point: model.tensor(TensorId(0)).quantization.zero_point, values }
        }
        newer => panic!("the oracle does not know the preprocessing {newer:?}"),
    }
}

fn evaluate(model: &Model<'_>, node: &Node, output: &Tensor, tensors: &[Activation]) -> Vec<i8> {
    let rounding = model.graph().rounding;
    let output = &Target { shape: output.shape, zero_point: output.quantization.zero_point, rounding };
    let inputs: Vec<&Activation> = node.inputs().map(|id| &tensors[usize::from(id.0)]).collect();
    let parameters = model.parameters(node, output.shape);
    match (node, parameters) {
        (Node::Conv2d(op), Some(parameters)) => operators::conv2d(op, Plain, inputs[0], &parameters, output),
        (Node::PairedConv2d(op), Some(parameters)) => operators::conv2d(op, Paired, inputs[0], &parameters, output),
        (Node::Int4Conv2d(op), Some(parameters)) => operators::conv2d(op, Int4, inputs[0], &parameters, output),
        (Node::DepthwiseConv2d(op), Some(parameters)) => {
            operators::depthwise_conv2d(op, inputs[0], &parameters, output)
        }
        (Node::FullyConnected(op), Some(parameters)) => {
            operators::fully_connected(op, Plain, inputs[0], &parameters, output)
        }
        (Node::PairedFullyConnected(op), Some(parameters)) => {
            operators::fully_connected(op, Paired, inputs[0], &parameters, output)
        }
        (Node::Int4FullyConnected(op), Some(parameters)) => {
            operators::fully_connected(op, Int4, inputs[0], &parameters, output)
        }
        (Node::Add(op), _) => operators::add(op, [inputs[0], inputs[1]], output),
        (Node::Mean(op), _) => whole::mean(op, inputs[0], output),
        (Node::Lookup(op), _) => whole::lookup(model.table(op).expect("the file has the table"), inputs[0]),
        (Node::Concatenation(op), _) => whole::concatenation(op.axis, &inputs, output),
        (Node::Mul(op), _) => whole::mul(op, [inputs[0], inputs[1]], output),
        (Node::AveragePool2d(op), _) => operators::average_pool2d(op, inputs[0], output),
        (Node::MaxPool2d(op), _) => operators::max_pool2d(op, inputs[0], output),
        (newer, _) => panic!("the oracle does not know the operator {}", newer.name()),
    }
}
