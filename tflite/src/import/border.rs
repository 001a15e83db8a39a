//! Where the int8 interior of a model starts and ends.
//!
//! | at the border | becomes |
//! |---|---|
//! | a float input and a `QUANTIZE` | the int8 tensor behind it |
//! | a uint8 input and a `QUANTIZE` that only takes 128 off | the int8 tensor behind it |
//! | `SOFTMAX`, `DEQUANTIZE` and `QUANTIZE` before an output, with reshapes between them | the int8 tensor in front of them |

use dim_model_format::TapKind;

use super::error::ImportError;
use super::file::{File, count};
use crate::export::OUTPUTS;
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
    pub(super) fn of(file: &File<'_>) -> Result<Self, ImportError> {
        let mut left_out = Vec::new();
        let input = input(file, &mut left_out)?;
        let producers = producers(file);
        let mut outputs = Vec::new();
        for (kind, tensor) in named_outputs(file)? {
            let inside = peel(file, &producers, tensor, &mut left_out);
            if !file.tensors.get(inside).is_some_and(|tensor| tensor.is(TensorType::Int8)) {
                return Err(ImportError::Output(tensor));
            }
            outputs.push((kind, inside));
        }
        left_out.sort_unstable();
        left_out.dedup();
        let mut border =
            Self { input, outputs, left_out, is_live: vec![false; file.operators.len()], readers: Vec::new() };
        border.follow(file);
        Ok(border)
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
                "ADD" => 2,
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
fn input(file: &File<'_>, left_out: &mut Vec<usize>) -> Result<usize, ImportError> {
    let [input] = file.inputs[..] else {
        return Err(count("inputs", file.inputs.len(), "an encoder has one, its image"));
    };
    let tensor = file.tensors.get(input).ok_or(ImportError::Input)?;
    if tensor.is(TensorType::Int8) {
        return Ok(input);
    }
    let quantizes = |(index, operator): (usize, &super::file::Operator<'_>)| {
        let is_first = operator.kind() == "QUANTIZE" && operator.input(0) == Some(input);
        let output = operator.output().filter(|_| is_first)?;
        let quantized = file.tensors.get(output).filter(|tensor| tensor.is(TensorType::Int8))?;
        // A pixel is the code plus 128, so of uint8 nothing but 128 may be taken off.
        let takes_128_off = tensor.is(TensorType::Uint8)
            && tensor.scales().eq(quantized.scales())
            && tensor.zero_points().eq(quantized.zero_points().map(|zero_point| zero_point.saturating_add(128)));
        (tensor.is(TensorType::Float32) || takes_128_off).then_some((index, output))
    };
    let (index, output) = file.operators.iter().enumerate().find_map(quantizes).ok_or(ImportError::Input)?;
    left_out.push(index);
    Ok(output)
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

/// What each output is tapped as: by the names in the signature, or by its own name, or as the embedding if it is
/// the only one.
fn named_outputs(file: &File<'_>) -> Result<Vec<(TapKind, usize)>, ImportError> {
    let kind = |name: &[u8]| OUTPUTS.into_iter().find(|kind| kind.name().as_bytes() == name);
    let by_signature = file.signature.iter().filter_map(|(name, tensor)| Some((kind(name)?, *tensor)));
    let own_name = |tensor: &usize| Some((kind(file.tensors.get(*tensor)?.name)?, *tensor));
    let by_own_name = file.outputs.iter().filter_map(own_name);
    for named in [by_signature.collect::<Vec<_>>(), by_own_name.collect()] {
        if named.iter().any(|(kind, _)| *kind == TapKind::Embedding) {
            let needed = "each of `embedding`, `feature_map`, `conv` and `fc` can be one";
            return if named.len() > OUTPUTS.len() {
                Err(count("named outputs", named.len(), needed))
            } else {
                Ok(named)
            };
        }
    }
    match file.outputs[..] {
        [only] => Ok(vec![(TapKind::Embedding, only)]),
        _ => Err(ImportError::Outputs(file.outputs.len())),
    }
}

/// The tensor in front of what an encoder leaves out before `output`.
fn peel(file: &File<'_>, producers: &[Option<usize>], output: usize, left_out: &mut Vec<usize>) -> usize {
    let (mut inside, mut tensor) = (output, output);
    let mut before = file.operators.len();
    // A file may lead in circles; operators of a model stand in the order in which they run.
    while let Some(index) = producers.get(tensor).copied().flatten().filter(|index| *index < before) {
        let operator = &file.operators[index];
        let Some(input) = operator.input(0) else { break };
        match operator.kind() {
            "SOFTMAX" | "DEQUANTIZE" => left_out.push(index),
            // From int8 to uint8; between int8 tensors it changes scales, which is a layer.
            "QUANTIZE" if file.tensors.get(tensor).is_some_and(|tensor| !tensor.is(TensorType::Int8)) => {
                left_out.push(index);
            }
            "RESHAPE" | "SQUEEZE" | "EXPAND_DIMS" => {
                (tensor, before) = (input, index);
                continue;
            }
            _ => break,
        }
        (inside, tensor, before) = (input, input, index);
    }
    inside
}
