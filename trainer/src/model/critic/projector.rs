//! What embeddings go through before they are compared with others.

use burn::module::Module;
use burn::nn::{BatchNorm, BatchNormConfig, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};

use super::Encoded;
use crate::fused::{batch_norm, linear};
use crate::objective::normalized;
use crate::settings::Precision;

/// What cosines of embeddings are divided by where settings compare cells by dot products.
const TEMPERATURE: f64 = 0.2;

/// The temperature that settings ask for, where 0 is the usual one.
pub(super) fn temperature_or_usual(temperature: f64) -> f64 {
    if temperature > 0.0 { temperature } else { TEMPERATURE }
}

/// Two sides through their projectors, where there are any, so that dot products are cosines over `temperature`.
///
/// # Shapes
/// The first `[k * batch, units]`, the second `[batch, units]`.
pub(super) fn for_cosines(sides: [(Option<&Projector>, Tensor<2>); 2], temperature: f64) -> Encoded {
    let [_, (_, second)] = &sides;
    let [batch, _] = second.dims();
    let [first, second] = sides.map(|(projector, embeddings)| {
        normalized(match projector {
            Some(projector) => projector.forward(embeddings),
            None => embeddings,
        })
    });
    Encoded { embeddings: first * temperature.recip(), cells: second, batch }
}

/// `W2 relu(BatchNorm(W1 y)) + b2` (Chen et al. 2020).
#[derive(Module, Debug)]
pub(super) struct Projector {
    hidden: Linear,
    norm: BatchNorm,
    output: Linear,
}

impl Projector {
    /// From `units` numbers to `width`; none where the width is 0.
    pub(super) fn new(units: usize, width: usize, device: &Device) -> Option<Self> {
        (width > 0).then(|| Self {
            hidden: LinearConfig::new(units, width).with_bias(false).init(device),
            norm: BatchNormConfig::new(width).init(device),
            output: LinearConfig::new(width, width).init(device),
        })
    }

    /// # Shapes
    /// `embeddings` `[rows, units]`; the result `[rows, width]`.
    fn forward(&self, embeddings: Tensor<2>) -> Tensor<2> {
        let hidden = Precision::F32.linear(&self.hidden, embeddings);
        linear(&self.output, batch_norm(&self.norm, hidden, true))
    }
}
