//! What the runtime makes of a network with one layer.

use dim_model_format::{About, FilterLayout, Model, ModelBuilder, Quantization, Rounding, Shape, TapKind, TensorId};
use dim_runtime::Encoder;

/// Our operator and what it computed; or why it cannot.
pub(crate) type Outcome = Result<(&'static str, Vec<i32>), String>;

/// Of inputs and outputs, whose scales nothing depends on.
pub(crate) fn quantization(zero_point: i32) -> Result<Quantization, String> {
    let zero_point = i8::try_from(zero_point).map_err(|_| format!("the zero point {zero_point} is not int8"))?;
    Ok(Quantization { scale: 1.0, zero_point })
}

pub(crate) fn shape(extents: [usize; 3]) -> Result<Shape, String> {
    let [height, width, channels] = extents.map(u16::try_from);
    match (height, width, channels) {
        (Ok(height), Ok(width), Ok(channels)) if height.min(width).min(channels) > 0 => {
            Ok(Shape::new(height, width, channels))
        }
        _ => Err("an extent is more than 65,535, with what is given twice".to_owned()),
    }
}

/// Outputs of the layer that `append` makes, for images of int8 numbers, one after the other.
pub(crate) fn run(
    extents: [usize; 3],
    zero_point: i32,
    rounding: Rounding,
    images: &[i32],
    append: impl FnOnce(&mut ModelBuilder<'_>, TensorId) -> TensorId,
) -> Result<Vec<i32>, String> {
    let mut builder = ModelBuilder::new(About::named("test"), shape(extents)?);
    builder.set_input_quantization(quantization(zero_point)?);
    builder.set_rounding(rounding);
    builder.set_filter_layout(FilterLayout::Paired);
    let image = builder.input();
    let output = append(&mut builder, image);
    builder.tap(TapKind::Embedding, output);
    let file = builder.finish().map_err(|error| error.to_string())?;
    let model = Model::parse(&file).map_err(|error| error.to_string())?;
    let mut arena = vec![0; model.arena_bytes()];
    let mut encoder = Encoder::new(&model, &mut arena).map_err(|error| error.to_string())?;
    let mut outputs = Vec::new();
    for image in images.chunks(extents.iter().product()) {
        // A pixel is the int8 number plus 128.
        let pixels: Vec<u8> = image.iter().map(|number| (*number as u8) ^ 0x80).collect();
        let output = encoder.encode(&pixels).map_err(|error| error.to_string())?;
        outputs.extend(output.embedding().values.iter().map(|value| i32::from(*value)));
    }
    Ok(outputs)
}
