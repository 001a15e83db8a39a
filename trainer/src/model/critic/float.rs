//! A critic without burn: plain numbers, batch normalization folded in.

use crate::model::export::FloatFilter;

/// An encode-and-dot critic up to lengths: the direction of what it makes of a cell is that after its layer normalization, but for
/// the scale and shift there, which the branch of embeddings takes in.
#[derive(Debug, Clone, PartialEq)]
pub struct FloatCritic {
    /// Reads cells of the local feature map.
    pub cells: FloatBranch,
    /// Reads what the encoder's last layer reads, which is folded in as it was when the critic learned, before whitening.
    pub embedding: FloatBranch,
    /// Of the layer normalization of embeddings and then of cells, `[width]`.
    pub scale: Vec<f32>,
    /// Of embeddings, scaled as cells are, `[width]`.
    pub shift: Vec<f32>,
}

/// `W2 relu(W1 x + b1) + b2 + S x + s`.
#[derive(Debug, Clone, PartialEq)]
pub struct FloatBranch {
    /// `W1` `[width, inputs]`, and `b1`.
    pub hidden: FloatFilter,
    /// `W2` `[width, width]`, and `b2`.
    pub output: FloatFilter,
    /// `S` `[width, inputs]`, and `s`.
    pub shortcut: FloatFilter,
}

impl FloatBranch {
    /// Hidden numbers, outputs of the second layer, the shortcut, and their sum, `[width]` each, for `input` `[inputs]`.
    pub fn forward(&self, input: &[f32]) -> [Vec<f32>; 4] {
        let hidden: Vec<f32> = apply(&self.hidden, input).into_iter().map(|value| value.max(0.0)).collect();
        let (output, shortcut) = (apply(&self.output, &hidden), apply(&self.shortcut, input));
        let sum = output.iter().zip(&shortcut).map(|(a, b)| a + b).collect();
        [hidden, output, shortcut, sum]
    }

    /// The same branch with the mean over its outputs taken off, as layer normalization does first.
    pub(super) fn centred(self) -> Self {
        Self { output: centred(self.output), shortcut: centred(self.shortcut), ..self }
    }

    /// The same branch behind another linear layer, whose outputs it reads.
    pub(super) fn behind(self, layer: &FloatFilter) -> Self {
        Self { hidden: behind(&self.hidden, layer), shortcut: behind(&self.shortcut, layer), ..self }
    }

    /// The same branch with each output scaled and shifted.
    pub fn scaled(self, scale: &[f32], shift: &[f32]) -> Self {
        let mut output = scaled(self.output, scale);
        output.bias.iter_mut().zip(shift).for_each(|(bias, shift)| *bias += shift);
        Self { output, shortcut: scaled(self.shortcut, scale), ..self }
    }
}

fn rows(filter: &FloatFilter) -> impl Iterator<Item = (&[f32], f32)> {
    let fan_in = filter.weights.len() / filter.bias.len();
    filter.weights.chunks_exact(fan_in).zip(filter.bias.iter().copied())
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

fn apply(filter: &FloatFilter, input: &[f32]) -> Vec<f32> {
    rows(filter).map(|(row, bias)| (dot(row, input) + f64::from(bias)) as f32).collect()
}

fn centred(filter: FloatFilter) -> FloatFilter {
    let outputs = filter.bias.len();
    let fan_in = filter.weights.len() / outputs;
    let mean = |values: &mut dyn Iterator<Item = &f32>| {
        (values.map(|value| f64::from(*value)).sum::<f64>() / outputs as f64) as f32
    };
    let of_bias = mean(&mut filter.bias.iter());
    let of_column: Vec<f32> =
        (0..fan_in).map(|column| mean(&mut filter.weights.iter().skip(column).step_by(fan_in))).collect();
    let weights = filter.weights.chunks_exact(fan_in).flat_map(|row| row.iter().zip(&of_column).map(|(w, m)| w - m));
    FloatFilter { weights: weights.collect(), bias: filter.bias.iter().map(|bias| bias - of_bias).collect() }
}

fn behind(filter: &FloatFilter, layer: &FloatFilter) -> FloatFilter {
    let inputs = layer.weights.len() / layer.bias.len();
    let column = |index: usize| -> Vec<f32> { layer.weights.iter().skip(index).step_by(inputs).copied().collect() };
    let columns: Vec<Vec<f32>> = (0..inputs).map(column).collect();
    FloatFilter {
        weights: rows(filter).flat_map(|(row, _)| columns.iter().map(move |column| dot(row, column) as f32)).collect(),
        bias: rows(filter).map(|(row, bias)| (dot(row, &layer.bias) + f64::from(bias)) as f32).collect(),
    }
}

fn scaled(filter: FloatFilter, scale: &[f32]) -> FloatFilter {
    let weights = rows(&filter).zip(scale).flat_map(|((row, _), scale)| row.iter().map(move |weight| weight * scale));
    FloatFilter {
        weights: weights.collect(),
        bias: filter.bias.iter().zip(scale).map(|(bias, by)| bias * by).collect(),
    }
}
