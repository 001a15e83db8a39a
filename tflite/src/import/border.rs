//! Where the int8 interior of a model starts and ends.
//!
//! | at the border | becomes |
//! |---|---|
//! | a float input and a `QUANTIZE` | the int8 tensor behind it |
//! | a uint8 input and a `QUANTIZE` that takes 128 off every byte | the int8 tensor behind it |
//! | a uint8 input and another `QUANTIZE` | the bytes less 128, which the operator changes |
//! | `SOFTMAX`, `LOG_SOFTMAX`, `LOGISTIC`, `TANH`, `DEQUANTIZE` and `QUANTIZE` before an output, with reshapes between them | the int8 tensor in front of them |

use dim_model_format::{Quantization, Rounding, TapKind};

use super::error::{ImportError, InputError};
use super::file::{File, Operator, Tensor, count};
use super::outputs::outputs;
use super::unmoved::{keeps_every_number, unmoved};
use crate::schema::TensorType;

/// TensorFlow Lite Micro concatenates no more.
pub(super) const MOST_CONCATENATED: usize = 10;

/// The first and the last tensors that an encoder computes.
#[derive(Debug)]
pub(super) struct Border {
    pub(super) input: usize,
    pub(super) outputs: Vec<(TapKind, usize)>,
    /// Numbers of the operators outside, in order.
    pub(super) left_out: Vec<usize>,
    /// The tensors that operators read, computed from the image, by number of the operator; none of those that do
    /// not matter to the outputs.
    pub(super) is_live: Vec<bool>,
    /// By number of the tensor.
    pub(super) readers: Vec<Readers>,
    /// How the engine rounds.
    pub(super) rounding: Rounding,
}

/// Who reads a tensor.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Readers {
    /// Operators that do, and outputs that it is.
    pub(super) count: usize,
    /// The last of the operators.
    pub(super) last: usize,
}

impl Border {
    /// With all outputs, or the one that is asked for.
    pub(super) fn of(file: &File<'_>, output: Option<&str>, rounding: Rounding) -> Result<Self, ImportError> {
        let mut left_out = Vec::new();
        let input = input(file, rounding, &mut left_out)?;
        let producers = producers(file);
        let mut inside = Vec::new();
        for (kind, tensor) in outputs(file, output)? {
            let last = peel(file, &producers, tensor, rounding, &mut left_out);
            if !file.tensors.get(last).is_some_and(|tensor| tensor.is(TensorType::Int8)) {
                let producer = producers.get(last).copied().flatten().map(|index| file.operators[index].name());
                return Err(ImportError::Output { tensor, producer: producer.unwrap_or_else(|| "nothing".to_owned()) });
            }
            inside.push((kind, last));
        }
        left_out.sort_unstable();
        left_out.dedup();
        let is_live = vec![false; file.operators.len()];
        let mut border = Self { input, outputs: inside, left_out, is_live, readers: Vec::new(), rounding };
        border.follow(file);
        Ok(border)
    }

    /// What the int8 numbers of the image mean, which are those of a uint8 input less 128.
    pub(super) fn quantization(&self, file: &File<'_>) -> Option<Quantization> {
        let input = file.tensors.get(self.input)?;
        input.quantization(if input.is(TensorType::Uint8) { 128 } else { 0 })
    }

    /// Finds the operators on which the outputs depend, from the last to the first.
    fn follow(&mut self, file: &File<'_>) {
        self.readers = vec![Readers::default(); file.tensors.len()];
        for (_, tensor) in &self.outputs {
            self.readers[*tensor].count += 1;
        }
        for (index, operator) in file.operators.iter().enumerate().rev() {
            let is_read = |tensor: usize| self.readers.get(tensor).is_some_and(|readers| readers.count > 0);
            if !operator.output().is_some_and(|tensor| tensor != self.input && is_read(tensor)) {
                continue;
            }
            self.is_live[index] = true;
            let inputs = match operator.kind() {
                "ADD" | "MUL" => 2,
                "CONCATENATION" => operator.input_count().min(MOST_CONCATENATED),
                _ => 1,
            };
            for tensor in (0..inputs).filter_map(|n| operator.input(n)) {
                if let Some(readers) = self.readers.get_mut(tensor) {
                    *readers = Readers { count: readers.count + 1, last: readers.last.max(index) };
                }
            }
        }
    }
}

/// The int8 tensor that the image becomes.
fn input(file: &File<'_>, rounding: Rounding, left_out: &mut Vec<usize>) -> Result<usize, ImportError> {
    let [input] = file.inputs[..] else {
        let needed = "an encoder has one, its image; convert each branch as a model of its own";
        return Err(count("inputs", file.inputs.len(), needed));
    };
    let tensor = file.tensors.get(input).ok_or(InputError::Other)?;
    if tensor.is(TensorType::Int8) {
        return Ok(input);
    }
    let quantizes = |(index, operator): (usize, &Operator<'_>)| {
        let is_first = operator.kind() == "QUANTIZE" && operator.input(0) == Some(input);
        Some((index, operator.output().filter(|_| is_first)?))
    };
    let behind = file.operators.iter().enumerate().find_map(quantizes);
    let quantized = behind.and_then(|(index, output)| Some((index, output, file.tensors.get(output)?)));
    let is_16 = tensor.is(TensorType::Int16) || quantized.is_some_and(|(_, _, tensor)| tensor.is(TensorType::Int16));
    let (index, output, _) = match quantized {
        _ if is_16 => return Err(InputError::Int16.into()),
        Some((_, _, quantized)) if !quantized.is(TensorType::Int8) => return Err(other(quantized).into()),
        Some(found) if tensor.is(TensorType::Float32) => found,
        Some((index, output, quantized)) if tensor.is(TensorType::Uint8) => {
            match takes_128_off(tensor, quantized, rounding) {
                true => (index, output, quantized),
                false => return Ok(input),
            }
        }
        _ => return Err(other(tensor).into()),
    };
    left_out.push(index);
    Ok(output)
}

/// A pixel is the code plus 128, so of uint8 nothing but 128 may be taken off.
fn takes_128_off(bytes: &Tensor<'_>, quantized: &Tensor<'_>, rounding: Rounding) -> bool {
    let ends = (bytes.quantization(128), quantized.quantization(0));
    matches!(ends, (Some(before), Some(after)) if keeps_every_number(before, after, rounding))
}

/// What a model of this type is.
fn other(tensor: &Tensor<'_>) -> InputError {
    match tensor {
        _ if tensor.is(TensorType::Float32) => InputError::Float,
        _ if tensor.is(TensorType::Uint8) => InputError::OldUint8,
        _ => InputError::Other,
    }
}

/// The operator that writes each tensor.
fn producers(file: &File<'_>) -> Vec<Option<usize>> {
    let mut producers = vec![None; file.tensors.len()];
    for (index, operator) in file.operators.iter().enumerate() {
        if let Some(producer) = operator.output().and_then(|tensor| producers.get_mut(tensor)) {
            *producer = Some(index);
        }
    }
    producers
}

/// The tensor in front of what an encoder leaves out before `output`.
fn peel(
    file: &File<'_>,
    producers: &[Option<usize>],
    output: usize,
    rounding: Rounding,
    left_out: &mut Vec<usize>,
) -> usize {
    let (mut inside, mut tensor) = (output, output);
    let mut before = file.operators.len();
    // A file may lead in circles; operators of a model stand in the order in which they run.
    while let Some(index) = producers.get(tensor).copied().flatten().filter(|index| *index < before) {
        let operator = &file.operators[index];
        let Some(input) = operator.input(0) else { break };
        let is_int8 = |tensor: usize| file.tensors.get(tensor).is_some_and(|tensor| tensor.is(TensorType::Int8));
        match operator.kind() {
            // Larger numbers stay larger.
            "SOFTMAX" | "LOG_SOFTMAX" | "LOGISTIC" | "TANH" | "DEQUANTIZE" => left_out.push(index),
            // From int8 to uint8; between int8 tensors it changes scales, which is a layer.
            "QUANTIZE" if !is_int8(tensor) => left_out.push(index),
            _ if matches!(unmoved(file, operator, rounding), Some(Ok(()))) => {
                (tensor, before) = (input, index);
                continue;
            }
            _ => break,
        }
        (inside, tensor, before) = (input, input, index);
    }
    inside
}
