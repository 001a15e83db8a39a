//! Mean of each channel over a whole map, at another scale: `TFLite`'s `QuantizedMeanOrSum` over rows and columns.

use dim_model_format::Mean;

use crate::operands::Operands;
use crate::requantize::OutputStage;

/// `out[c] = requantize(sum(in[y, x, c]) - elements * zero_point)`, where the factor divides by the elements.
///
/// # Shapes
/// `input` `[height, width, channels]`, `output` `[1, 1, channels]`.
pub(crate) fn mean(op: &Mean, operands: &mut Operands<'_>) -> Option<()> {
    let stage = OutputStage::new(operands, op.clamp);
    let (input, outputs) = operands.apart()?;
    let channels = usize::from(input.shape.channels);
    let zero_point = i32::from(input.zero_point);
    for (c, out) in outputs.iter_mut().enumerate() {
        let elements = input.from(c)?.iter().step_by(channels.max(1));
        let sum = elements.map(|q| i32::from(*q) - zero_point).sum();
        *out = stage.apply(sum, op.rescale);
    }
    Some(())
}
