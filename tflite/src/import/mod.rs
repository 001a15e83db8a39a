//! A `.dim` file out of a `.tflite` file, with the same bytes in every int8 tensor.
//!
//! | file | what it knows |
//! |---|---|
//! | `file` | what the file says, field by field |
//! | `outputs` | which tensors are outputs, and what they are called |
//! | `unmoved` | which operators move no element |
//! | `border` | where the int8 interior starts and ends, and what matters to the outputs |
//! | `image` | the shape of the image |
//! | `graph` | which tensor of the encoder each tensor of the file is |
//! | `layers` | what each operator becomes |
//! | `dilation` | kernels whose elements lie apart |
//! | `product` | what a product becomes |
//! | `view` | the map that an operator with a window sees |
//! | `whole` | what operators without a window and without weights become |
//! | `parameters` | weights, biases and their factors |

mod border;
mod dilation;
mod error;
mod file;
mod graph;
mod image;
mod layers;
mod outputs;
mod parameters;
mod product;
#[cfg(test)]
mod tests;
mod unmoved;
mod view;
mod whole;

use dim_model_format::{About, Quantization, Rounding, TapKind};

use border::Border;
use file::File;
use graph::Graph;

use crate::pixels::Standardization;

pub use error::{ImportError, InputError, Unsupported};

/// How to import a file.
#[derive(Debug, Clone, Copy)]
pub struct ImportOptions<'a> {
    /// The output to import, by its name in the signature or that of its tensor, as the embedding; or all of them.
    pub output: Option<&'a str>,
    /// How the engine rounds whose bytes are to be had. It is twice, unless it was built with a single rounding.
    pub rounding: Rounding,
    /// What was done to pixels before they were quantized, for an encoder that takes plain pixels; without it, the encoder
    /// takes the numbers that the model would get, plus 128.
    pub standardization: Option<Standardization<'a>>,
}

impl Default for ImportOptions<'_> {
    fn default() -> Self {
        Self { output: None, rounding: Rounding::Double, standardization: None }
    }
}

/// A `.tflite` file as a `.dim` file.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The `.dim` file, without a proof.
    pub file: Vec<u8>,
    /// What the int8 input means: `real = scale * (q - zero_point)`, with `q` a pixel minus 128.
    pub input: Quantization,
    /// Which tensor of the `.tflite` file each tap is.
    pub outputs: Vec<(TapKind, usize)>,
    /// Operators at the borders of the model that the encoder does without.
    pub left_out: Vec<LeftOut>,
}

/// An operator outside of the int8 interior.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its number in the graph.
    pub operator: usize,
    /// Its name in `TFLite`.
    pub name: String,
}

/// Makes a `.dim` file of the int8 interior of a `.tflite` file: the same int8 numbers in give the same int8 numbers out
/// as in TensorFlow Lite Micro.
///
/// The outputs are all that the model's signature or tensors name as taps, or its only one, and numbers are rounded twice;
/// [`import_with`] is told otherwise.
///
/// Any bytes are safe to give: they are a model or an error, and take memory of a small multiple of their length.
///
/// # Errors
/// Names the first operator that cannot be expressed to the bit.
pub fn import(bytes: &[u8], about: About<'_>) -> Result<Imported, ImportError> {
    import_with(bytes, about, ImportOptions::default())
}

/// The same with options.
///
/// # Errors
/// As [`import`], where no output has the name that is asked for, and [`ImportError::Standardization`].
pub fn import_with(bytes: &[u8], about: About<'_>, options: ImportOptions<'_>) -> Result<Imported, ImportError> {
    let file = File::read(bytes)?;
    let border = Border::of(&file, options.output, options.rounding)?;
    let mut graph = Graph::new(about, &file, &border)?;
    if let Some(standardization) = options.standardization {
        graph.standardize(&standardization)?;
    }
    for index in (0..file.operators.len()).filter(|index| border.is_live[*index]) {
        let fail = |reason| ImportError::Operator { operator: index, name: file.operators[index].name(), reason };
        graph.append(index).map_err(fail)?;
    }
    let input = graph.image();
    let left_out =
        border.left_out.iter().map(|index| LeftOut { operator: *index, name: file.operators[*index].name() });
    Ok(Imported { file: graph.finish()?, input, outputs: border.outputs.clone(), left_out: left_out.collect() })
}
