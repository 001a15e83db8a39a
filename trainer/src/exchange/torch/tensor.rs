//! A tensor of a file: where its elements are.

use super::TorchError;
use super::element::Element;

/// A tensor of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor<'a> {
    /// Its path in the file, with dots, such as `state_dict.conv1.weight`.
    pub name: String,
    /// Extents as in PyTorch, outermost first; none of a single number.
    pub shape: Vec<usize>,
    /// Elements to go on by for one of each extent.
    pub(super) strides: Vec<usize>,
    /// Name of the storage's class, or safetensors' name of the type.
    pub(super) element: String,
    /// From the first element on.
    pub(super) bytes: &'a [u8],
}

impl Tensor<'_> {
    /// The elements in the order of the shape, its last extent innermost.
    ///
    /// # Errors
    /// If they are no floating-point numbers.
    pub fn values(&self) -> Result<Vec<f32>, TorchError> {
        let element = match self.element.as_str() {
            "HalfStorage" | "F16" => Element::F16,
            "BFloat16Storage" | "BF16" => Element::Bf16,
            "FloatStorage" | "F32" => Element::F32,
            "DoubleStorage" | "F64" => Element::F64,
            other => return Err(TorchError::Element { name: self.name.clone(), element: other.to_owned() }),
        };
        Ok(element.read(self.bytes, self.places()))
    }

    /// Where each element is, counted in elements.
    fn places(&self) -> impl Iterator<Item = usize> {
        (0..self.shape.iter().product()).map(|index: usize| {
            let axes = self.shape.iter().zip(&self.strides).rev();
            axes.fold((index, 0), |(rest, place), (extent, stride)| (rest / extent, place + rest % extent * stride)).1
        })
    }
}
