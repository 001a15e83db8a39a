//! TOSA's schema, as far as it is written: the number of each field, as in `tosa.fbs`.

use dim_flatbuffer::{Table, Value};
use dim_model_format::Rounding;

/// At byte 4 of a file.
pub(crate) const IDENTIFIER: [u8; 4] = *b"TOSA";

/// Type of a tensor's elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DataType {
    Int8 = 3,
    Int32 = 5,
}

/// Operators that are written, with their attributes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Operator {
    Add,
    AvgPool2d { kernel: [i32; 2], stride: [i32; 2], pad: [i32; 4] },
    Clamp { min: i8, max: i8 },
    Concat { axis: i32 },
    Const,
    ConstShape,
    Conv2d { stride: [i32; 2], pad: [i32; 4] },
    DepthwiseConv2d { stride: [i32; 2], pad: [i32; 4] },
    Identity,
    MaxPool2d { kernel: [i32; 2], stride: [i32; 2], pad: [i32; 4] },
    Mul,
    ReduceSum { axis: i32 },
    Rescale { rounding: Rounding, per_channel: bool },
    Reshape,
    Slice,
    Table,
}

impl Operator {
    /// Its code, which is also that of its attributes.
    const fn code(self) -> u8 {
        match self {
            Self::AvgPool2d { .. } => 2,
            Self::Conv2d { .. } => 3,
            Self::DepthwiseConv2d { .. } => 5,
            Self::MaxPool2d { .. } => 8,
            Self::Clamp { .. } => 11,
            Self::Add => 15,
            Self::Mul => 28,
            Self::Table => 31,
            Self::ReduceSum { .. } => 54,
            Self::Concat { .. } => 55,
            Self::Reshape => 57,
            Self::Slice => 59,
            Self::Rescale { .. } => 66,
            Self::Const => 67,
            Self::Identity => 68,
            Self::ConstShape => 75,
        }
    }

    fn attributes(self) -> Table {
        let ints = |ints: &[i32]| Value::Ints(ints.to_vec());
        let bool = |value| Value::Byte(u8::from(value));
        let int32 = Value::Uint(DataType::Int32 as u32);
        Table(match self {
            Self::Conv2d { stride, pad } | Self::DepthwiseConv2d { stride, pad } => {
                vec![(0, ints(&pad)), (1, ints(&stride)), (2, ints(&[1, 1])), (3, bool(false)), (4, int32)]
            }
            Self::AvgPool2d { kernel, stride, pad } => {
                vec![(0, ints(&kernel)), (1, ints(&stride)), (2, ints(&pad)), (3, int32)]
            }
            Self::MaxPool2d { kernel, stride, pad } => {
                vec![(0, ints(&kernel)), (1, ints(&stride)), (2, ints(&pad)), (3, PROPAGATE)]
            }
            Self::Clamp { min, max } => {
                let byte = |number: i8| Value::Bytes(vec![number.cast_unsigned()]);
                vec![(0, byte(min)), (1, byte(max)), (2, PROPAGATE)]
            }
            Self::Concat { axis } | Self::ReduceSum { axis } => vec![(0, Value::Int(axis))],
            Self::Rescale { rounding, per_channel } => {
                // Multipliers of 32 bits; neither input nor output is unsigned.
                vec![
                    (0, bool(true)),
                    (1, Value::Uint(rounding_mode(rounding))),
                    (2, bool(per_channel)),
                    (3, bool(false)),
                    (4, bool(false)),
                ]
            }
            Self::Add
            | Self::Const
            | Self::ConstShape
            | Self::Identity
            | Self::Mul
            | Self::Reshape
            | Self::Slice
            | Self::Table => Vec::new(),
        })
    }
}

/// How not-a-numbers go on, which int8 does not have; a file must say it all the same.
const PROPAGATE: Value = Value::Uint(1);

fn rounding_mode(rounding: Rounding) -> u32 {
    if rounding == Rounding::Double { 3 } else { 1 }
}

/// An entry in the list of operators.
pub(crate) fn operator(operator: Operator, inputs: Vec<String>, output: String) -> Table {
    let code = operator.code();
    Table(vec![
        (0, Value::Uint(code.into())),
        (1, Value::Byte(code)),
        (2, Value::Table(operator.attributes())),
        (3, Value::Strings(inputs)),
        (4, Value::Strings(vec![output])),
    ])
}

/// An entry in the list of tensors; `data` for a constant.
pub(crate) fn tensor(name: String, shape: Vec<i32>, element: DataType, data: Option<Vec<u8>>) -> Table {
    let mut fields = vec![(0, Value::String(name)), (1, Value::Ints(shape)), (2, Value::Uint(element as u32))];
    fields.extend(data.map(|data| (3, Value::Bytes(data))));
    Table(fields)
}

/// An entry in the list of shapes.
pub(crate) fn shape(name: String, extents: &[i32]) -> Table {
    let data = extents.iter().flat_map(|extent| i64::from(*extent).to_le_bytes()).collect();
    Table(vec![(0, Value::String(name)), (1, Value::Uint(extents.len() as u32)), (2, Value::Bytes(data))])
}

/// The lists of a graph.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    pub(crate) operators: Vec<Table>,
    pub(crate) tensors: Vec<Table>,
    pub(crate) shapes: Vec<Table>,
}

/// A graph of one region with one block.
pub(crate) fn graph(name: String, lists: Lists, input: String, outputs: Vec<String>) -> Table {
    let block = Table(vec![
        (0, Value::String(name.clone())),
        (1, Value::Tables(lists.operators)),
        (2, Value::Tables(lists.tensors)),
        (3, Value::Strings(vec![input])),
        (4, Value::Strings(outputs)),
        (5, Value::Tables(lists.shapes)),
    ]);
    let region = Table(vec![(0, Value::String(name)), (1, Value::Tables(vec![block]))]);
    // 1.0.0, and no draft.
    let version = vec![(0, Value::Int(1)), (1, Value::Int(0)), (2, Value::Int(0)), (3, Value::Byte(0))];
    Table(vec![(0, Value::Table(Table(version))), (1, Value::Tables(vec![region]))])
}
