//! The shape of an encoder's image.

use dim_model_format::Shape;

use super::border::Border;
use super::error::{ImportError, InputError};
use super::file::File;
use super::unmoved::unmoved;

/// That of the map that the first operator with a window finds behind the reshapes in front of it; if there is none, the
/// image's own, or else a vector. The bytes are the same in any shape.
pub(super) fn image_shape(file: &File<'_>, border: &Border) -> Result<Shape, ImportError> {
    let image = file.tensors.get(border.input).ok_or(InputError::Other)?;
    // Tensors that have the image's elements in their order, or one that is made of each.
    let mut is_image = vec![false; file.tensors.len()];
    is_image[border.input] = true;
    for (_, operator) in file.operators.iter().enumerate().filter(|(index, _)| border.is_live[*index]) {
        let of_image = |n| operator.input(n).filter(|tensor| is_image.get(*tensor) == Some(&true));
        let (Some(input), Some(output)) = (of_image(0).or_else(|| of_image(1)), operator.output()) else { continue };
        let map = &file.tensors[input];
        match operator.kind() {
            "CONV_2D" | "DEPTHWISE_CONV_2D" | "AVERAGE_POOL_2D" | "MAX_POOL_2D" | "PAD" | "PADV2" => {
                if let Some(shape) = map.map() {
                    return Ok(shape);
                }
                if let Some(images) = map.batch() {
                    return Err(InputError::Batch { tensor: input, images }.into());
                }
            }
            "RELU" | "RELU6" | "RELU_N1_TO_1" | "LEAKY_RELU" | "LOGISTIC" | "TANH" | "HARD_SWISH" | "ADD"
            | "QUANTIZE" => {
                is_image[output] = true;
            }
            "MUL" if map.elements() == file.tensors[output].elements() => is_image[output] = true,
            _ if matches!(unmoved(file, operator, border.rounding), Some(Ok(()))) => is_image[output] = true,
            _ => {}
        }
    }
    let vector = || Some(Shape::vector(u16::try_from(image.elements()?).ok()?));
    let unfit = if image.elements().is_none() { InputError::Unknown } else { InputError::Large };
    image.map().or_else(vector).ok_or(unfit.into())
}
