//! The encoder that is built, and which of its tensors each tensor of the file is.

use dim_model_format::{
    About, Clamp, Error, FilterLayout, ModelBuilder, Pool2d, Quantization, Rounding, Shape, TensorId, Window,
};

use super::border::Border;
use super::error::{ImportError, InputError, Unsupported};
use super::file::{File, Operator};
use super::image::image_shape;
use super::unmoved::unmoved;
use crate::geometry::bounds;
use crate::schema::{Activation, TensorType};

/// Numbers of tensors are bytes.
const MOST_LAYERS: usize = 254;
/// How many times the length of a file dilated kernels may have with their zeros.
const MOST_ZEROS: usize = 16;

/// What a tensor of the file is in the encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    /// A tensor, of the same elements in the same order.
    Tensor(TensorId),
    /// A tensor with a padding that its reader has to take over.
    Padded {
        /// What is padded.
        tensor: TensorId,
        /// As what map the file pads it.
        shape: Shape,
        /// Elements at the top, on the left, below and on the right.
        sides: [u32; 4],
        /// The int8 number that is padded.
        fill: i8,
    },
}

/// An encoder that grows by one operator of the file after the other.
pub(super) struct Graph<'f, 'b> {
    pub(super) file: &'f File<'f>,
    border: &'f Border,
    pub(super) builder: ModelBuilder<'b>,
    /// By number of the file's tensor.
    values: Vec<Option<Value>>,
    /// The operator of each node.
    operators: Vec<usize>,
    /// Operators that an earlier one has taken over.
    fused: Vec<bool>,
    /// Bytes that may still be read as weights.
    pub(super) weights_left: usize,
    /// Bytes that kernels may still be filled up to.
    pub(super) zeros_left: usize,
    input: Quantization,
}

impl<'f, 'b> Graph<'f, 'b> {
    pub(super) fn new(about: About<'b>, file: &'f File<'f>, border: &'f Border) -> Result<Self, ImportError> {
        let input = border.quantization(file).ok_or(InputError::Other)?;
        let mut builder = ModelBuilder::new(about, image_shape(file, border)?);
        builder.set_rounding(border.rounding);
        builder.set_filter_layout(FilterLayout::Paired);
        builder.set_input_quantization(input);
        let mut values = vec![None; file.tensors.len()];
        values[border.input] = Some(Value::Tensor(builder.input()));
        Ok(Self {
            file,
            border,
            builder,
            values,
            operators: Vec::new(),
            fused: vec![false; file.operators.len()],
            weights_left: file.bytes.saturating_mul(2),
            zeros_left: file.bytes.saturating_mul(MOST_ZEROS),
            input,
        })
    }

    pub(super) const fn rounding(&self) -> Rounding {
        self.border.rounding
    }

    pub(super) const fn image(&self) -> Quantization {
        self.input
    }

    pub(super) fn append(&mut self, index: usize) -> Result<(), Unsupported> {
        if self.fused[index] {
            return Ok(());
        }
        if self.operators.len() >= MOST_LAYERS {
            return Err(Unsupported::Layers);
        }
        let operator = self.file.operators[index];
        let output = operator.output().ok_or(Unsupported::Operands)?;
        if self.values.get(output).ok_or(Unsupported::Operands)?.is_some() {
            return Err(Unsupported::Written(output));
        }
        let unmoved = unmoved(self.file, &operator, self.border.rounding);
        // A QUANTIZE that does change numbers is a layer.
        let unmoved = unmoved.filter(|unmoved| unmoved.is_ok() || operator.kind() != "QUANTIZE");
        let (value, output) = match unmoved {
            Some(unmoved) => (unmoved.and_then(|()| self.reshaped(&operator, output))?, output),
            None => self.layer(&operator, output)?,
        };
        // Node `i` writes tensor `i + 1`; an operator may become several.
        if let Value::Tensor(TensorId(id)) = value {
            self.operators.resize(self.operators.len().max(id.into()), index);
        }
        if self.operators.len() > MOST_LAYERS {
            return Err(Unsupported::Layers);
        }
        self.values[output] = Some(value);
        Ok(())
    }

    /// The file.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, ImportError> {
        for (kind, tensor) in &self.border.outputs {
            let Some(Value::Tensor(id)) = self.values[*tensor] else {
                return Err(ImportError::Output { tensor: *tensor, producer: "a padding, or nothing".to_owned() });
            };
            self.builder.tap(*kind, id);
        }
        let (file, operators) = (self.file, self.operators);
        self.builder.finish().map_err(|error| match error {
            Error::Node { node, error } if node < operators.len() => {
                let operator = operators[node];
                let name = file.operators[operator].name();
                ImportError::Operator { operator, name, reason: Unsupported::Node(error) }
            }
            error => ImportError::Format(error),
        })
    }

    /// What the `n`-th input of an operator is.
    pub(super) fn value(&self, operator: &Operator<'_>, n: usize) -> Result<Value, Unsupported> {
        let tensor = operator.input(n).ok_or(Unsupported::Operands)?;
        self.values.get(tensor).copied().flatten().ok_or(Unsupported::NotComputed(tensor))
    }

    /// The `n`-th input of an operator that takes over no padding.
    pub(super) fn read(&self, operator: &Operator<'_>, n: usize) -> Result<TensorId, Unsupported> {
        match self.value(operator, n)? {
            Value::Tensor(id) => Ok(id),
            Value::Padded { .. } => Err(Unsupported::Padded(operator.input(n).ok_or(Unsupported::Operands)?)),
        }
    }

    /// The same numbers in the same order. Which shape they have is checked by what reads them as a map.
    fn reshaped(&self, operator: &Operator<'_>, output: usize) -> Result<Value, Unsupported> {
        let value = self.value(operator, 0)?;
        // Of a QUANTIZE both were compared.
        if operator.kind() != "QUANTIZE" {
            self.check_quantization(operator, output)?;
        }
        Ok(value)
    }

    /// That input and output mean the same.
    pub(super) fn check_quantization(&self, operator: &Operator<'_>, output: usize) -> Result<(), Unsupported> {
        let input = operator.input(0).ok_or(Unsupported::Operands)?;
        let is_same = self.quantization(input)? == self.quantization(output)?;
        if is_same { Ok(()) } else { Err(Unsupported::Requantizes) }
    }

    /// The quantization of what a change of scale reads: of bytes too, where they are the image, of which 128 are taken off.
    pub(super) fn read_quantization(&self, tensor: usize) -> Result<Quantization, Unsupported> {
        if tensor == self.border.input { Ok(self.input) } else { self.quantization(tensor) }
    }

    /// The quantization of a tensor that is computed.
    pub(super) fn quantization(&self, tensor: usize) -> Result<Quantization, Unsupported> {
        quantization(self.file, tensor)
    }

    /// Bounds of the output of an operator and of those behind it that only bound it further, which are left out; and the
    /// tensor that the last of them writes.
    pub(super) fn bounds(&mut self, activation: Activation, mut output: usize) -> Result<(Clamp, usize), Unsupported> {
        let quantization = self.quantization(output)?;
        let mut clamp = bounds(activation, quantization);
        loop {
            let readers = self.border.readers[output];
            let only = self.file.operators.get(readers.last).filter(|_| readers.count == 1);
            let is_output = self.border.outputs.iter().any(|(_, tensor)| *tensor == output);
            let next = only.filter(|operator| !is_output && operator.input(0) == Some(output));
            let Some((operator, activation)) = next.and_then(|next| Some((next, unfused(next)?))) else { break };
            let Some(bounded) = operator.output().filter(|_| !self.fused[readers.last]) else { break };
            let is_same = self.values.get(bounded).is_some_and(Option::is_none)
                && self.quantization(bounded)? == quantization
                && self.file.tensor(bounded)?.shape().eq(self.file.tensor(output)?.shape());
            if !is_same {
                break;
            }
            let further = bounds(activation, quantization);
            clamp = Clamp { min: within(clamp.min, further), max: within(clamp.max, further) };
            self.fused[readers.last] = true;
            output = bounded;
        }
        Ok((clamp, output))
    }

    /// An activation behind something that cannot take it over, as the maximum of one element.
    pub(super) fn clamped(&mut self, input: TensorId, clamp: Clamp) -> TensorId {
        self.builder.max_pool2d(Pool2d { input, window: Window::square(1, 1, 0), clamp })
    }
}

/// The activation that an operator of its own is.
pub(super) fn unfused(operator: &Operator<'_>) -> Option<Activation> {
    match operator.kind() {
        "RELU" => Some(Activation::Relu),
        "RELU6" => Some(Activation::Relu6),
        "RELU_N1_TO_1" => Some(Activation::ReluN1To1),
        _ => None,
    }
}

fn within(value: i8, bounds: Clamp) -> i8 {
    value.max(bounds.min).min(bounds.max)
}

fn quantization(file: &File<'_>, tensor: usize) -> Result<Quantization, Unsupported> {
    let found = file.tensor(tensor)?;
    if !found.is(TensorType::Int8) {
        return Err(Unsupported::NotInt8(tensor));
    }
    found.quantization(0).ok_or(Unsupported::Quantization(tensor))
}
