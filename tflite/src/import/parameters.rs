//! Weights, biases, and the factors that `TFLite` computes from scales when it loads a file.

use dim_model_format::{Channel, Filter, Rescale};

use super::error::Unsupported;
use super::file::Operator;
use super::graph::Graph;
use crate::error::Inexpressible;
use crate::factors::check_left_shift;
use crate::multiplier::quantize_multiplier;
use crate::schema::TensorType;

impl Graph<'_, '_> {
    /// The parameters of an operator that writes `output`, with its output channels in `dimension` of its weights.
    ///
    /// The factor of channel `o` is `scale_in * scale_weights[o] / scale_out`, in doubles.
    pub(super) fn filter(
        &mut self,
        operator: &Operator<'_>,
        output: usize,
        channels: i32,
        dimension: i32,
    ) -> Result<Filter, Unsupported> {
        let [input, weights] = [0, 1].map(|n| operator.input(n).ok_or(Unsupported::Operands));
        let [input, output] = [self.quantization(input?)?, self.quantization(output)?].map(|q| f64::from(q.scale));
        let weights = weights?;
        let tensor = self.file.tensor(weights)?;
        let channels = u16::try_from(channels).ok().filter(|channels| *channels > 0);
        let channels = usize::from(channels.ok_or(Unsupported::Constant(weights))?);
        if !tensor.is(TensorType::Int8) {
            return Err(Unsupported::NotInt8(weights));
        }
        if tensor.elements() != Some(tensor.data.len() as u64) {
            return Err(Unsupported::Constant(weights));
        }
        self.weights_left = self.weights_left.checked_sub(tensor.data.len()).ok_or(Unsupported::SharedWeights)?;
        let count = tensor.scales().len();
        let is_symmetric =
            tensor.zero_points().len() <= count && tensor.zero_points().all(|zero_point| zero_point == 0);
        let fits = count == 1 || count == channels && tensor.dimension == dimension;
        let is_finite = tensor.scales().all(|scale| scale.is_finite() && scale >= 0.0);
        if !is_symmetric || !fits || !is_finite {
            return Err(Unsupported::WeightScales(weights));
        }
        let mut filter = Filter {
            weights: tensor.data.iter().map(|weight| weight.cast_signed()).collect(),
            bias: self.bias(operator, channels)?,
            ..Filter::default()
        };
        for scale in tensor.scales().cycle().take(channels) {
            let Rescale { multiplier, shift } = quantize_multiplier(input * f64::from(scale) / output);
            filter.multiplier.push(multiplier);
            filter.shift.push(shift);
        }
        check_left_shifts(&filter, dimension)?;
        Ok(filter)
    }

    /// Zeros where the operator has none.
    fn bias(&self, operator: &Operator<'_>, channels: usize) -> Result<Vec<i32>, Unsupported> {
        let Some(bias) = operator.input(2) else { return Ok(vec![0; channels]) };
        let tensor = self.file.tensor(bias)?;
        let (words, []) = tensor.data.as_chunks::<4>() else { return Err(Unsupported::Constant(bias)) };
        if !tensor.is(TensorType::Int32) || words.len() != channels {
            return Err(Unsupported::Constant(bias));
        }
        Ok(words.iter().map(|word| i32::from_le_bytes(*word)).collect())
    }
}

/// # Errors
/// The first channel whose accumulator might leave 32 bits, which is undefined in C++.
fn check_left_shifts(filter: &Filter, dimension: i32) -> Result<(), Unsupported> {
    let channels = filter.bias.len();
    let fan_in = filter.weights.len() / channels;
    for channel in 0..channels {
        let [first, step] = if dimension == 0 { [channel * fan_in, 1] } else { [channel, channels] };
        let weights = filter.weights[first..].iter().step_by(step).take(fan_in).copied();
        let rescale = Rescale { multiplier: filter.multiplier[channel], shift: filter.shift[channel] };
        let numbers = Channel { bias: filter.bias[channel], rescale };
        if let Err(Inexpressible::LeftShift { channel, shift }) = check_left_shift(channel, numbers, weights) {
            return Err(Unsupported::LeftShift { channel, shift });
        }
    }
    Ok(())
}
