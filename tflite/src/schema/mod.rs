//! The part of `TFLite`'s schema, version 3, that is written or read: numbers of fields, operators and codes.
//!
//! Names and numbers are those of `schema.fbs` in the TensorFlow Lite sources.

mod operators;

use dim_flatbuffer::{Table, Value};

pub(crate) use operators::operator_name;

/// Version of the schema.
pub(crate) const VERSION: u32 = 3;
/// File identifier of the schema.
pub(crate) const IDENTIFIER: [u8; 4] = *b"TFL3";

/// `TensorType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TensorType {
    Float32 = 0,
    Int32 = 2,
    Uint8 = 3,
    Int16 = 7,
    Int8 = 9,
}

/// `Padding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Padding {
    Same = 0,
    Valid = 1,
}

impl Padding {
    pub(crate) fn of_code(code: u8) -> Option<Self> {
        [Self::Same, Self::Valid].into_iter().find(|known| *known as u8 == code)
    }
}

/// `ActivationFunctionType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activation {
    None = 0,
    Relu = 1,
    ReluN1To1 = 2,
    Relu6 = 3,
}

impl Activation {
    pub(crate) fn of_code(code: u8) -> Option<Self> {
        [Self::None, Self::Relu, Self::ReluN1To1, Self::Relu6].into_iter().find(|known| *known as u8 == code)
    }
}

/// `BuiltinOperator`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Add = 0,
    AveragePool2d = 1,
    Concatenation = 2,
    Conv2d = 3,
    DepthwiseConv2d = 4,
    FullyConnected = 9,
    Logistic = 14,
    MaxPool2d = 17,
    Mul = 18,
    Reshape = 22,
    Tanh = 28,
    Pad = 34,
    Mean = 40,
    PadV2 = 60,
    LeakyRelu = 98,
    Quantize = 114,
    HardSwish = 117,
}

impl Operator {
    /// The version of the operator that first took int8.
    fn version(self) -> i32 {
        match self {
            Self::Conv2d | Self::DepthwiseConv2d => 3,
            Self::FullyConnected => 4,
            Self::Reshape | Self::HardSwish => 1,
            _ => 2,
        }
    }

    /// `OperatorCode`.
    pub(crate) fn code(self) -> Table {
        // Readers of the time before there were 127 operators look at field 0.
        Table(vec![(0, Value::Byte(self as u8)), (2, Value::Int(self.version())), (3, Value::Int(self as i32))])
    }
}

/// Codes of the `BuiltinOptions` that are read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OptionsType {
    Conv2d = 1,
    DepthwiseConv2d = 2,
    Pool2d = 5,
    FullyConnected = 8,
    Concatenation = 10,
    Add = 11,
    Reshape = 17,
    Mul = 21,
    Pad = 22,
    Reducer = 27,
    StridedSlice = 32,
    PadV2 = 43,
    LeakyRelu = 75,
    Quantize = 89,
    HardSwish = 91,
    /// Of an operator without attributes.
    None = 0,
}

/// `BuiltinOptions`: the operator's attributes.
#[derive(Debug, Clone)]
pub(crate) enum Options {
    Conv2d { padding: Padding, stride: [u8; 2], activation: Activation },
    DepthwiseConv2d { padding: Padding, stride: [u8; 2], depth_multiplier: i32, activation: Activation },
    Pool2d { padding: Padding, stride: [u8; 2], kernel: [u8; 2], activation: Activation },
    FullyConnected { activation: Activation },
    Add { activation: Activation },
    Mul { activation: Activation },
    Reshape { shape: Vec<i32> },
    Pad,
    PadV2,
    Concatenation { axis: i32 },
    Reducer { keep_dims: bool },
    LeakyRelu { alpha: f32 },
    Quantize,
    HardSwish,
    None,
}

impl Options {
    /// Code in the union, and the table. Pairs are `[height, width]` here and width first there.
    pub(crate) fn write(self) -> (OptionsType, Table) {
        let int = |extent: u8| Value::Int(extent.into());
        match self {
            Self::Conv2d { padding, stride, activation } => {
                let fields = vec![
                    (0, Value::Byte(padding as u8)),
                    (1, int(stride[1])),
                    (2, int(stride[0])),
                    (3, Value::Byte(activation as u8)),
                ];
                (OptionsType::Conv2d, Table(fields))
            }
            Self::DepthwiseConv2d { padding, stride, depth_multiplier, activation } => {
                let fields = vec![
                    (0, Value::Byte(padding as u8)),
                    (1, int(stride[1])),
                    (2, int(stride[0])),
                    (3, Value::Int(depth_multiplier)),
                    (4, Value::Byte(activation as u8)),
                ];
                (OptionsType::DepthwiseConv2d, Table(fields))
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
                (OptionsType::Pool2d, Table(fields))
            }
            Self::FullyConnected { activation } => {
                (OptionsType::FullyConnected, Table(vec![(0, Value::Byte(activation as u8))]))
            }
            Self::Add { activation } => (OptionsType::Add, Table(vec![(0, Value::Byte(activation as u8))])),
            Self::Mul { activation } => (OptionsType::Mul, Table(vec![(0, Value::Byte(activation as u8))])),
            Self::Reshape { shape } => (OptionsType::Reshape, Table(vec![(0, Value::Ints(shape))])),
            Self::Pad => (OptionsType::Pad, Table::default()),
            Self::LeakyRelu { alpha } => (OptionsType::LeakyRelu, Table(vec![(0, Value::Uint(alpha.to_bits()))])),
            Self::Quantize => (OptionsType::Quantize, Table::default()),
            Self::HardSwish => (OptionsType::HardSwish, Table::default()),
            Self::None => (OptionsType::None, Table::default()),
            Self::Concatenation { axis } => (OptionsType::Concatenation, Table(vec![(0, Value::Int(axis))])),
            Self::Reducer { keep_dims } => (OptionsType::Reducer, Table(vec![(0, Value::Byte(u8::from(keep_dims)))])),
            Self::PadV2 => (OptionsType::PadV2, Table::default()),
        }
    }
}

/// `QuantizationParameters`: `scales` along dimension `dimension` of the tensor, or a single one.
pub(crate) fn quantization(scales: Vec<f32>, zero_point: i8, dimension: i32) -> Table {
    let zero_points = vec![i64::from(zero_point); scales.len()];
    Table(vec![(2, Value::Floats(scales)), (3, Value::Longs(zero_points)), (6, Value::Int(dimension))])
}

/// `Tensor`.
pub(crate) fn tensor(
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
pub(crate) fn buffer(data: Vec<u8>) -> Table {
    Table(if data.is_empty() { Vec::new() } else { vec![(0, Value::Bytes(data))] })
}

/// `Operator`, with the place of its code in the model's list.
pub(crate) fn operator(code: u32, inputs: Vec<i32>, output: i32, options: Options) -> Table {
    let mut fields = vec![(0, Value::Uint(code)), (1, Value::Ints(inputs)), (2, Value::Ints(vec![output]))];
    let (kind, options) = options.write();
    if kind != OptionsType::None {
        fields.extend([(3, Value::Byte(kind as u8)), (4, Value::Table(options))]);
    }
    Table(fields)
}

/// `SubGraph`.
pub(crate) fn subgraph(
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

/// `SignatureDef` of subgraph 0: names of its inputs and outputs, and which tensors they are.
pub(crate) fn signature(inputs: Vec<(String, u32)>, outputs: Vec<(String, u32)>) -> Table {
    let named = |tensors: Vec<(String, u32)>| {
        let map = |(name, tensor)| Table(vec![(0, Value::String(name)), (1, Value::Uint(tensor))]);
        Value::Tables(tensors.into_iter().map(map).collect())
    };
    let key = Value::String("serving_default".to_owned());
    Table(vec![(0, named(inputs)), (1, named(outputs)), (2, key), (4, Value::Uint(0))])
}

/// `Model`.
pub(crate) fn model(
    codes: Vec<Table>,
    subgraph: Table,
    description: String,
    buffers: Vec<Table>,
    signature: Table,
) -> Table {
    Table(vec![
        (0, Value::Uint(VERSION)),
        (1, Value::Tables(codes)),
        (2, Value::Tables(vec![subgraph])),
        (3, Value::String(description)),
        (4, Value::Tables(buffers)),
        (7, Value::Tables(vec![signature])),
    ])
}
