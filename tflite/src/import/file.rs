//! What a `.tflite` file says, field by field; nothing is understood yet.

use std::borrow::Cow;

use dim_model_format::{Quantization, Shape};

use super::error::{ImportError, Unsupported};
use crate::schema::{IDENTIFIER, OptionsType, TensorType, VERSION, operator_name};
use dim_flatbuffer::{Record, Records, root};

/// Tensors and operators beyond this are no encoder, but would take memory.
const MOST: usize = 1 << 16;
/// Extents of a tensor; TFLite has no operator for more.
const MOST_EXTENTS: usize = 8;
/// Bytes of a custom operator's name that are shown.
const MOST_OF_A_NAME: usize = 40;

/// The only subgraph of a file.
#[derive(Debug)]
pub(super) struct File<'a> {
    pub(super) tensors: Vec<Tensor<'a>>,
    pub(super) operators: Vec<Operator<'a>>,
    /// Numbers of tensors, which may be any.
    pub(super) inputs: Vec<usize>,
    pub(super) outputs: Vec<usize>,
    /// The outputs' names and tensors in the first signature.
    pub(super) signature: Vec<(&'a [u8], usize)>,
    /// Length of the file.
    pub(super) bytes: usize,
}

/// A tensor, computed or constant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tensor<'a> {
    pub(super) name: &'a [u8],
    shape: &'a [[u8; 4]],
    element: u8,
    scales: &'a [[u8; 4]],
    zero_points: &'a [[u8; 8]],
    /// The dimension of the scales, where there are several.
    pub(super) dimension: i32,
    /// Of a constant; empty if it is computed.
    pub(super) data: &'a [u8],
    /// A variable, sparse, or quantized in another way.
    is_special: bool,
}

/// An operator with its attributes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operator<'a> {
    code: i32,
    custom: &'a [u8],
    inputs: &'a [[u8; 4]],
    outputs: &'a [[u8; 4]],
    options_type: u8,
    options: Option<Record<'a>>,
}

impl<'a> File<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, ImportError> {
        let read = root(bytes).map_err(ImportError::from).and_then(|model| Self::of(bytes, &model));
        // Some converters leave the identifier out.
        let is_named = bytes.get(4..8) == Some(&IDENTIFIER);
        read.map_err(|error| if is_named { error } else { ImportError::NotTflite })
    }

    fn of(bytes: &'a [u8], model: &Record<'a>) -> Result<Self, ImportError> {
        let version = model.uint(0, 0)?;
        if version != VERSION {
            return Err(ImportError::Version(version));
        }
        let [codes, subgraphs, buffers] = [model.records(1)?, model.records(2)?, model.records(4)?];
        let subgraph = match subgraphs.get(0) {
            Some(subgraph) if subgraphs.len() == 1 => subgraph?,
            _ => return Err(count("subgraphs", subgraphs.len(), "only models of one are supported")),
        };
        let few = |what, records: Records<'a>| match records.len() {
            found if found > MOST => Err(count(what, found, "an encoder has at most 65536")),
            _ => Ok(records),
        };
        let tensors = few("tensors", subgraph.records(0)?)?.iter();
        let operators = few("operators", subgraph.records(3)?)?.iter();
        let signature = match model.records(7)?.get(0) {
            Some(signature) => few("outputs in its signature", signature?.records(1)?)?
                .iter()
                .map(|output| {
                    let output = output?;
                    Ok((output.bytes(0)?, output.uint(1, 0)? as usize))
                })
                .collect::<Result<_, ImportError>>()?,
            None => Vec::new(),
        };
        let numbers = |field| -> Result<Vec<usize>, ImportError> {
            let numbers = subgraph.vector::<4>(field)?;
            if numbers.len() > MOST {
                return Err(count("inputs or outputs", numbers.len(), "an encoder has at most 65536"));
            }
            Ok(numbers.iter().map(|number| u32::from_le_bytes(*number) as usize).collect())
        };
        Ok(Self {
            tensors: tensors.map(|tensor| Tensor::read(&tensor?, buffers)).collect::<Result<_, _>>()?,
            operators: operators.map(|operator| Operator::read(&operator?, codes)).collect::<Result<_, _>>()?,
            inputs: numbers(1)?,
            outputs: numbers(2)?,
            signature,
            bytes: bytes.len(),
        })
    }

    pub(super) fn tensor(&self, index: usize) -> Result<&Tensor<'a>, Unsupported> {
        self.tensors.get(index).ok_or(Unsupported::Operands)
    }
}

pub(super) const fn count(what: &'static str, found: usize, needed: &'static str) -> ImportError {
    ImportError::Count { what, found, needed }
}

impl<'a> Tensor<'a> {
    fn read(tensor: &Record<'a>, buffers: Records<'a>) -> Result<Self, ImportError> {
        let buffer = buffers.get(tensor.uint(2, 0)? as usize);
        let data = buffer.map_or(Ok(&[][..]), |buffer| buffer?.bytes(0))?;
        let mut read = Self {
            name: tensor.bytes(3)?,
            shape: tensor.vector(0)?,
            element: tensor.byte(1, 0)?,
            scales: &[],
            zero_points: &[],
            dimension: 0,
            data,
            is_special: tensor.byte(5, 0)? != 0 || tensor.record(6)?.is_some(),
        };
        if read.shape.len() > MOST_EXTENTS {
            return Err(count("extents in a tensor", read.shape.len(), "TensorFlow Lite has at most 8"));
        }
        if let Some(quantization) = tensor.record(4)? {
            read.scales = quantization.vector(2)?;
            read.zero_points = quantization.vector(3)?;
            read.is_special |= quantization.byte(4, 0)? != 0;
            read.dimension = quantization.int(6, 0)?;
        }
        Ok(read)
    }

    pub(super) fn is(&self, element: TensorType) -> bool {
        self.element == element as u8 && !self.is_special
    }

    /// Extents in the file's order, the batch first.
    pub(super) fn shape(&self) -> impl ExactSizeIterator<Item = i32> + Clone + use<'a> {
        self.shape.iter().map(|extent| i32::from_le_bytes(*extent))
    }

    /// The extents, if there are `N`.
    pub(super) fn extents<const N: usize>(&self) -> Option<[i32; N]> {
        <[_; N]>::try_from(self.shape).ok().map(|extents| extents.map(i32::from_le_bytes))
    }

    /// Product of the extents; `None` if one is below 1, or it is too large to be true.
    pub(super) fn elements(&self) -> Option<u64> {
        self.shape().try_fold(1_u64, |product, extent| {
            product.checked_mul(u64::try_from(extent).ok().filter(|extent| *extent > 0)?).filter(|all| *all < 1 << 40)
        })
    }

    /// `[height, width, channels]` if it is a map of one image; without a height, that is 1.
    pub(super) fn map(&self) -> Option<Shape> {
        let [1, height, width, channels] = self.extents().or_else(|| {
            let [batch, width, channels] = self.extents()?;
            Some([batch, 1, width, channels])
        })?
        else {
            return None;
        };
        let extent = |extent: i32| u16::try_from(extent).ok().filter(|extent| *extent > 0);
        Some(Shape::new(extent(height)?, extent(width)?, extent(channels)?))
    }

    /// How many images it is of, if more than one.
    pub(super) fn batch(&self) -> Option<i32> {
        self.shape().next().filter(|images| *images > 1 && self.shape.len() > 1)
    }

    /// What its numbers minus `less` mean, if they are int8 and have one scale and one zero point.
    pub(super) fn quantization(&self, less: i64) -> Option<Quantization> {
        let scale = self.scales().next().filter(|scale| self.scales.len() == 1 && scale.is_finite() && *scale > 0.0);
        let zero_point = match self.zero_points {
            [] => 0,
            [zero_point] => i64::from_le_bytes(*zero_point),
            _ => return None,
        };
        Some(Quantization { scale: scale?, zero_point: i8::try_from(zero_point.checked_sub(less)?).ok()? })
    }

    /// Scales, one for each channel or a single one.
    pub(super) fn scales(&self) -> impl ExactSizeIterator<Item = f32> + Clone + use<'a> {
        self.scales.iter().map(|scale| f32::from_le_bytes(*scale))
    }

    /// Zero points, none where all are 0.
    pub(super) fn zero_points(&self) -> impl ExactSizeIterator<Item = i64> + use<'a> {
        self.zero_points.iter().map(|zero_point| i64::from_le_bytes(*zero_point))
    }
}

impl<'a> Operator<'a> {
    fn read(operator: &Record<'a>, codes: Records<'a>) -> Result<Self, ImportError> {
        let index = operator.uint(0, 0)?;
        let code = codes.get(index as usize).ok_or(ImportError::Damaged(index as usize))??;
        // Files of the time before there were 127 operators have the first field alone.
        let number = code.int(3, 0)?.max(i32::from(code.byte(0, 0)?.cast_signed()));
        Ok(Self {
            code: number,
            custom: code.bytes(1)?,
            inputs: operator.vector(1)?,
            outputs: operator.vector(2)?,
            options_type: operator.byte(3, 0)?,
            options: operator.record(4)?,
        })
    }

    /// The name in the schema, or none of an operator that is newer than this reader.
    pub(super) fn kind(&self) -> &'static str {
        operator_name(self.code).unwrap_or("")
    }

    /// What to call it in front of the user.
    pub(super) fn name(&self) -> String {
        match self.kind() {
            "" => format!("code {}", self.code),
            "CUSTOM" => {
                let name = String::from_utf8_lossy(&self.custom[..self.custom.len().min(MOST_OF_A_NAME)]);
                let printable: Cow<'_, str> =
                    if name.chars().any(char::is_control) { name.escape_debug().to_string().into() } else { name };
                format!("CUSTOM {printable}")
            }
            kind => kind.to_owned(),
        }
    }

    /// The tensor that it reads as its `n`-th, if there is one.
    pub(super) fn input(&self, n: usize) -> Option<usize> {
        // -1 stands for one that is left out.
        self.inputs.get(n).and_then(|index| usize::try_from(i32::from_le_bytes(*index)).ok())
    }

    /// How many tensors it reads, those that are left out among them.
    pub(super) const fn input_count(&self) -> usize {
        self.inputs.len()
    }

    /// The one tensor that it writes.
    pub(super) fn output(&self) -> Option<usize> {
        let [index] = self.outputs else { return None };
        usize::try_from(i32::from_le_bytes(*index)).ok()
    }

    /// Its attributes.
    pub(super) fn options(&self, options_type: OptionsType) -> Result<Record<'a>, Unsupported> {
        self.options.filter(|_| self.options_type == options_type as u8).ok_or(Unsupported::Options)
    }
}
