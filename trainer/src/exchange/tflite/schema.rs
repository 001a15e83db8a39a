//! The part of `TFLite`'s schema, version 3, that is written: numbers of fields, operators and codes.
//!
//! Names and numbers are those of `schema.fbs` in the TensorFlow Lite sources.

use super::flatbuffer::{Table, Value};

/// Version of the schema.
pub(super) const VERSION: u32 = 3;
/// File identifier of the schema.
pub(super) const IDENTIFIER: [u8; 4] = *b"TFL3";

/// `TensorType`.
#[derive(Debug, Clone, Copy)]
pub(super) enum TensorType {
    Int32 = 2,
    Int8 = 9,
}

/// `Padding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Padding {
    Same = 0,
    Valid = 1,
}

/// `ActivationFunctionType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Activation {
    None = 0,
    Relu = 1,
    Relu6 = 3,
}

/// `BuiltinOperator`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Add = 0,
    AveragePool2d = 1,
    Conv2d = 3,
    DepthwiseConv2d = 4,
    FullyConnected = 9,
    MaxPool2d = 17,
    Reshape = 22,
    Pad = 34,
    PadV2 = 60,
}

impl Operator {
    /// The version of the operator that first took int8.
    fn version(self) -> i32 {
        match self {
            Self::Conv2d | Self::DepthwiseConv2d => 3,
            Self::FullyConnected => 4,
            Self::Add | Self::AveragePool2d | Self::MaxPool2d | Self::Pad | Self::PadV2 => 2,
            Self::Reshape => 1,
        }
    }

    /// `OperatorCode`.
    pub(super) fn code(self) -> Table {
        // Readers of the time before there were 127 operators look at field 0.
        Table(vec![(0, Value::Byte(self as u8)), (2, Value::Int(self.version())), (3, Value::Int(self as i32))])
    }
}

/// `BuiltinOptions`: the operator's attributes.
#[derive(Debug, Clone)]
pub(super) enum Options {
    Conv2d { padding: Padding, stride: [u8; 2], activation: Activation },
    DepthwiseConv2d { padding: Padding, stride: [u8; 2], depth_multiplier: i32, activation: Activation },
    Pool2d { padding: Padding, stride: [u8; 2], kernel: [u8; 2], activation: Activation },
    FullyConnected { activation: Activation },
    Add { activation: Activation },
    Reshape { shape: Vec<i32> },
    Pad,
    PadV2,
}

impl Options {
    /// Code in the union, and the table. Pairs are `[height, width]` here and width first there.
    pub(super) fn write(self) -> (u8, Table) {
        let int = |extent: u8| Value::Int(extent.into());
        match self {
            Self::Conv2d { padding, stride, activation } => {
                let fields = vec![
                    (0, Value::Byte(padding as u8)),
                    (1, int(stride[1])),
                    (2, int(stride[0])),
                    (3, Value::Byte(activation as u8)),
                ];
                (1, Table(fields))
            }
            Self::DepthwiseConv2d { padding, stride, depth_multiplier, activation } => {
                let fields = vec![
                    (0, Value::Byte(padding as u8)),
                    (1, int(stride[1])),
                    (2, int(stride[0])),
                    (3, Value::Int(depth_multiplier)),
                    (4, Value::Byte(activation as u8)),
                ];
                (2, Table(fields))
            }
            Self::Pool2d { padding, stride, kernel, activation } => {
                let fields = vec![
                    (0, Value::Byte(padding as u8)),
                    (1, int(stride[1])),
                    (2, int(stride[0])),
                    (3, int(kernel[1])),
                    (4, int(kernel[0])),
                    (5, Value::Byte(activation as u8)),
                ];
                (5, Table(fields))
            }
            Self::FullyConnected { activation } => (8, Table(vec![(0, Value::Byte(activation as u8))])),
            Self::Add { activation } => (11, Table(vec![(0, Value::Byte(activation as u8))])),
            Self::Reshape { shape } => (17, Table(vec![(0, Value::Ints(shape))])),
            Self::Pad => (22, Table::default()),
            Self::PadV2 => (43, Table::default()),
        }
    }
}

/// `QuantizationParameters`: `scales` along dimension `dimension` of the tensor, or a single one.
pub(super) fn quantization(scales: Vec<f32>, zero_point: i8, dimension: i32) -> Table {
    let zero_points = vec![i64::from(zero_point); scales.len()];
    Table(vec![(2, Value::Floats(scales)), (3, Value::Longs(zero_points)), (6, Value::Int(dimension))])
}

/// `Tensor`.
pub(super) fn tensor(
    shape: Vec<i32>,
    element: TensorType,
    buffer: u32,
    name: String,
    quantization: Option<Table>,
) -> Table {
    let mut fields = vec![
        (0, Value::Ints(shape)),
        (1, Value::Byte(element as u8)),
        (2, Value::Uint(buffer)),
        (3, Value::String(name)),
    ];
    fields.extend(quantization.map(|table| (4, Value::Table(table))));
    Table(fields)
}

/// `Buffer`.
pub(super) fn buffer(data: Vec<u8>) -> Table {
    Table(if data.is_empty() { Vec::new() } else { vec![(0, Value::Bytes(data))] })
}

/// `Operator`, with the place of its code in the model's list.
pub(super) fn operator(code: u32, inputs: Vec<i32>, output: i32, options: Options) -> Table {
    let (kind, options) = options.write();
    Table(vec![
        (0, Value::Uint(code)),
        (1, Value::Ints(inputs)),
        (2, Value::Ints(vec![output])),
        (3, Value::Byte(kind)),
        (4, Value::Table(options)),
    ])
}

/// `SubGraph`.
pub(super) fn subgraph(
    tensors: Vec<Table>,
    inputs: Vec<i32>,
    outputs: Vec<i32>,
    operators: Vec<Table>,
    name: String,
) -> Table {
    Table(vec![
        (0, Value::Tables(tensors)),
        (1, Value::Ints(inputs)),
        (2, Value::Ints(outputs)),
        (3, Value::Tables(operators)),
        (4, Value::String(name)),
    ])
}

/// `Model`.
pub(super) fn model(codes: Vec<Table>, subgraph: Table, description: String, buffers: Vec<Table>) -> Table {
    Table(vec![
        (0, Value::Uint(VERSION)),
        (1, Value::Tables(codes)),
        (2, Value::Tables(vec![subgraph])),
        (3, Value::String(description)),
        (4, Value::Tables(buffers)),
    ])
}
