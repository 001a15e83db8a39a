//! A test of the suite: one operator of TOSA and its inputs.

use std::error::Error;
use std::path::{Path, PathBuf};

use dim_flatbuffer::{Damaged, Record, root};

/// The files of a test.
pub(crate) struct Bytes {
    folder: PathBuf,
    graph: Vec<u8>,
}

impl Bytes {
    pub(crate) fn read(folder: &Path) -> std::io::Result<Self> {
        Ok(Self { folder: folder.to_owned(), graph: std::fs::read(folder.join("test.tosa"))? })
    }
}

/// Operators that ours may express, by their codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    AvgPool2d,
    Conv2d,
    DepthwiseConv2d,
    MatMul,
    MaxPool2d,
    Clamp,
    Add,
    Pad,
    Rescale,
    Other(u32),
}

/// Codes of constants, which need no computing.
const CONSTANTS: [u32; 2] = [67, 75];

/// What the elements of a tensor are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DataType {
    Int4,
    Int8,
    Int16,
    Int32,
    /// Of a shape: int64.
    Extents,
    Other,
}

/// A tensor and its numbers; those of an output are not known.
#[derive(Debug)]
pub(crate) struct Tensor {
    pub(crate) data_type: DataType,
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<i32>,
}

/// An operator, what it reads, and what it is to make.
pub(crate) struct Test<'a> {
    pub(crate) operator: Operator,
    pub(crate) attributes: Record<'a>,
    pub(crate) inputs: Vec<Tensor>,
    pub(crate) output: Tensor,
}

type Result<T> = std::result::Result<T, Box<dyn Error>>;

impl<'a> Test<'a> {
    pub(crate) fn parse(bytes: &'a Bytes) -> Result<Self> {
        let damaged = |Damaged(place)| format!("damaged at byte {place}");
        let missing = |what: &str| format!("the graph has no {what}");
        let region = root(&bytes.graph).and_then(|graph| graph.records(1)).map_err(damaged)?.get(0);
        let region = region.ok_or_else(|| missing("region"))?.map_err(damaged)?;
        let block = region.records(1).map_err(damaged)?.get(0).ok_or_else(|| missing("block"))?.map_err(damaged)?;
        let mut computed = Vec::new();
        for operator in block.records(1).map_err(damaged)?.iter() {
            let operator = operator.map_err(damaged)?;
            let code = operator.uint(0, 0).map_err(damaged)?;
            if !CONSTANTS.contains(&code) {
                computed.push((code, operator));
            }
        }
        let [(code, operator)] = &computed[..] else { return Err("not one operator".into()) };
        let lists = Lists { block, folder: &bytes.folder };
        let mut inputs = Vec::new();
        for name in operator.strings(3).map_err(damaged)? {
            inputs.push(lists.tensor(name.map_err(damaged)?)?);
        }
        let output = operator.strings(4).map_err(damaged)?.next().ok_or_else(|| missing("output"))?;
        let output = lists.output(output.map_err(damaged)?)?;
        let attributes = operator.record(2).map_err(damaged)?.ok_or_else(|| missing("attributes"))?;
        Ok(Self { operator: Operator::of(*code), attributes, inputs, output })
    }

    /// The ints of an attribute.
    pub(crate) fn ints<const N: usize>(&self, field: usize) -> std::result::Result<[usize; N], String> {
        let ints = self.attributes.vector::<4>(field).map_err(|_| "a damaged attribute")?;
        let ints: Vec<usize> = ints.iter().filter_map(|int| u32::from_le_bytes(*int).try_into().ok()).collect();
        ints.try_into().map_err(|_| format!("attribute {field} has not {N} numbers"))
    }

    /// A flag among the attributes.
    pub(crate) fn flag(&self, field: usize) -> bool {
        self.attributes.byte(field, 0) == Ok(1)
    }
}

impl Operator {
    fn of(code: u32) -> Self {
        match code {
            2 => Self::AvgPool2d,
            3 => Self::Conv2d,
            5 => Self::DepthwiseConv2d,
            7 => Self::MatMul,
            8 => Self::MaxPool2d,
            11 => Self::Clamp,
            15 => Self::Add,
            56 => Self::Pad,
            66 => Self::Rescale,
            other => Self::Other(other),
        }
    }
}

/// The lists of a block, in which things are found by name.
struct Lists<'a> {
    block: Record<'a>,
    folder: &'a Path,
}

impl Lists<'_> {
    fn named(&self, list: usize, name: &[u8]) -> Option<Record<'_>> {
        let mut records = self.block.records(list).ok()?.iter().filter_map(core::result::Result::ok);
        records.find(|record| record.bytes(0) == Ok(name))
    }

    fn output(&self, name: &[u8]) -> Result<Tensor> {
        let tensor = self.named(2, name).ok_or("an output without a tensor")?;
        let shape = tensor.vector::<4>(1).map_err(|_| "a damaged shape")?;
        let shape = shape.iter().map(|extent| u32::from_le_bytes(*extent) as usize).collect();
        let data_type = DataType::of(tensor.uint(2, 0).map_err(|_| "a damaged type")?);
        Ok(Tensor { data_type, shape, values: Vec::new() })
    }

    /// A tensor with its numbers, out of the graph or out of a file of its own.
    fn tensor(&self, name: &[u8]) -> Result<Tensor> {
        if let Some(shape) = self.named(5, name) {
            let values = DataType::Extents.numbers(shape.bytes(2).map_err(|_| "a damaged shape")?, usize::MAX);
            return Ok(Tensor { data_type: DataType::Extents, shape: vec![values.len()], values });
        }
        let mut tensor = self.output(name)?;
        let count = tensor.shape.iter().product();
        let constant = self.named(2, name).and_then(|tensor| tensor.bytes(3).ok()).unwrap_or_default();
        tensor.values = if constant.is_empty() {
            let file = std::fs::read(self.folder.join(format!("{}.npy", String::from_utf8_lossy(name))))?;
            // Two bytes say how long the header is, which ends where the numbers start.
            let header = file.get(8..10).ok_or("a short .npy file")?;
            let start = 10 + usize::from(u16::from_le_bytes([header[0], header[1]]));
            // There, a byte has one number of four bits.
            let stored = if tensor.data_type == DataType::Int4 { DataType::Int8 } else { tensor.data_type };
            stored.numbers(file.get(start..).ok_or("a short .npy file")?, count)
        } else {
            tensor.data_type.numbers(constant, count)
        };
        if tensor.values.len() != count && tensor.data_type != DataType::Other {
            return Err(format!("{} numbers for the shape {:?}", tensor.values.len(), tensor.shape).into());
        }
        Ok(tensor)
    }
}

impl DataType {
    fn of(code: u32) -> Self {
        match code {
            2 => Self::Int4,
            3 => Self::Int8,
            4 => Self::Int16,
            5 => Self::Int32,
            _ => Self::Other,
        }
    }

    /// The first numbers in bytes that may be filled up.
    fn numbers(self, bytes: &[u8], count: usize) -> Vec<i32> {
        match self {
            Self::Int4 => {
                let two = |byte: &u8| [byte << 4, *byte & 0xf0].map(|upper| i32::from(upper.cast_signed() >> 4));
                bytes.iter().flat_map(two).take(count).collect()
            }
            Self::Int8 => bytes.iter().map(|byte| byte.cast_signed().into()).take(count).collect(),
            Self::Int16 => {
                bytes.as_chunks().0.iter().map(|pair| i16::from_le_bytes(*pair).into()).take(count).collect()
            }
            Self::Int32 => bytes.as_chunks().0.iter().map(|word| i32::from_le_bytes(*word)).take(count).collect(),
            Self::Extents => {
                bytes.as_chunks().0.iter().map(|long| i64::from_le_bytes(*long) as i32).take(count).collect()
            }
            Self::Other => Vec::new(),
        }
    }

    /// The bytes of a result.
    pub(crate) fn bytes(self, values: &[i32]) -> Vec<u8> {
        match self {
            Self::Int8 => values.iter().map(|value| *value as u8).collect(),
            _ => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        }
    }
}
