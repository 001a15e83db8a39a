//! The lists of a `.tflite` file, and the numbers that their entries get.

use dim_model_format::Quantization;

use crate::schema::{self, Operator, Options, TensorType};
use dim_flatbuffer::Table;

/// Number of a tensor.
pub(crate) type TensorIndex = i32;

/// Tensors, constants and operators, in the order in which they are added.
#[derive(Debug)]
pub(crate) struct Subgraph {
    buffers: Vec<Table>,
    tensors: Vec<Table>,
    operators: Vec<Table>,
    codes: Vec<Operator>,
}

/// The numbers of a constant, little-endian in the file.
#[derive(Debug)]
pub(crate) enum Constant {
    Int8(Vec<u8>),
    Int32(Vec<i32>),
}

/// Scales of a constant along one of its dimensions; zero points are zero.
#[derive(Debug)]
pub(crate) struct PerChannel {
    pub(crate) scales: Vec<f32>,
    pub(crate) dimension: i32,
}

impl Subgraph {
    pub(crate) fn new() -> Self {
        // By convention buffer 0 is empty; every tensor that is computed has it.
        Self {
            buffers: vec![schema::buffer(Vec::new())],
            tensors: Vec::new(),
            operators: Vec::new(),
            codes: Vec::new(),
        }
    }

    /// Adds a tensor that is computed.
    pub(crate) fn activation(&mut self, name: String, shape: Vec<i32>, quantization: Quantization) -> TensorIndex {
        let quantization = schema::quantization(vec![quantization.scale], quantization.zero_point, 0);
        self.push(schema::tensor(shape, TensorType::Int8, 0, name, Some(quantization)))
    }

    /// Adds a tensor of weights or biases.
    pub(crate) fn parameters(
        &mut self,
        name: String,
        shape: Vec<i32>,
        constant: Constant,
        PerChannel { scales, dimension }: PerChannel,
    ) -> TensorIndex {
        self.constant(name, shape, constant, Some(schema::quantization(scales, 0, dimension)))
    }

    /// Adds one int8 number, with the quantization of the tensor that it is used with.
    pub(crate) fn scalar(&mut self, name: String, number: i8, quantization: Quantization) -> TensorIndex {
        let quantization = schema::quantization(vec![quantization.scale], quantization.zero_point, 0);
        self.constant(name, Vec::new(), Constant::Int8(number.to_le_bytes().to_vec()), Some(quantization))
    }

    /// Adds a tensor of extents.
    pub(crate) fn extents(&mut self, name: String, shape: Vec<i32>, extents: Vec<i32>) -> TensorIndex {
        self.constant(name, shape, Constant::Int32(extents), None)
    }

    /// Adds an operator.
    pub(crate) fn operator(
        &mut self,
        operator: Operator,
        inputs: Vec<TensorIndex>,
        output: TensorIndex,
        options: Options,
    ) {
        let known = self.codes.iter().position(|code| *code == operator);
        let code = known.unwrap_or_else(|| {
            self.codes.push(operator);
            self.codes.len() - 1
        });
        self.operators.push(schema::operator(code as u32, inputs, output, options));
    }

    /// The model with this as its only subgraph.
    pub(crate) fn finish(
        self,
        name: &str,
        description: String,
        input: TensorIndex,
        outputs: Vec<TensorIndex>,
        signature: Table,
    ) -> Table {
        let subgraph = schema::subgraph(self.tensors, vec![input], outputs, self.operators, name.to_owned());
        let codes = self.codes.into_iter().map(Operator::code).collect();
        schema::model(codes, subgraph, description, self.buffers, signature)
    }

    fn constant(
        &mut self,
        name: String,
        shape: Vec<i32>,
        constant: Constant,
        quantization: Option<Table>,
    ) -> TensorIndex {
        let (element, data) = match constant {
            Constant::Int8(bytes) => (TensorType::Int8, bytes),
            Constant::Int32(ints) => (TensorType::Int32, ints.into_iter().flat_map(i32::to_le_bytes).collect()),
        };
        self.buffers.push(schema::buffer(data));
        let buffer = self.buffers.len() as u32 - 1;
        self.push(schema::tensor(shape, element, buffer, name, quantization))
    }

    fn push(&mut self, tensor: Table) -> TensorIndex {
        self.tensors.push(tensor);
        self.tensors.len() as TensorIndex - 1
    }
}
