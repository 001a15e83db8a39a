//! What predicts cells of a map from the rows above them: the autoregressor of contrastive predictive coding.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::activation::{sigmoid, tanh};
use burn::tensor::{Device, Tensor};

use super::convolve::convolve;
use crate::fused::linear;

/// Rows below its own that a context predicts, where the map has so many (van den Oord et al. 2018, section 3.3).
const MOST_STEPS: usize = 5;

/// A gated recurrent unit (Cho et al. 2014) that reads a map row by row from the top, and for each step down a matrix from
/// its state to a cell. Like the row LSTM of `PixelRNN` (van den Oord et al. 2016) it reads three neighbours of a row and of
/// the state above; the state has as many numbers as a cell.
#[derive(Module, Debug)]
pub struct RowPredictor {
    input: Conv2d,
    state: Conv2d,
    steps: Vec<Linear>,
}

impl RowPredictor {
    /// Random weights for maps of `rows` rows whose cells have `channels` numbers.
    pub fn new(channels: usize, rows: usize, device: &Device) -> Self {
        let gates = || {
            Conv2dConfig::new([channels, 3 * channels], [1, 3])
                .with_padding(PaddingConfig2d::Explicit(0, 1, 0, 1))
                .init(device)
        };
        let step = |_| LinearConfig::new(channels, channels).with_bias(false).init(device);
        let steps = MOST_STEPS.min(rows.saturating_sub(1));
        Self { input: gates(), state: gates(), steps: (0..steps).map(step).collect() }
    }

    /// What is known at each cell: three cells of its own row, and with each row up one more to either side.
    ///
    /// # Shapes
    /// `map` `[batch, channels, height, width]` and the result too.
    pub fn contexts(&self, map: Tensor<4>) -> Tensor<4> {
        let [batch, channels, height, width] = map.dims();
        let mut state = Tensor::zeros([batch, channels, 1, width], &map.device());
        let of_inputs = convolve(&self.input, map);
        let mut rows = Vec::with_capacity(height);
        for row in 0..height {
            let of_state = convolve(&self.state, state.clone());
            let [from_input, from_state] = [of_inputs.clone().narrow(2, row, 1), of_state]
                .map(|gates| [0, 1, 2].map(|gate| gates.clone().narrow(1, gate * channels, channels)));
            let [reset, update, candidate] = from_input;
            let [state_reset, state_update, state_candidate] = from_state;
            let reset = sigmoid(reset + state_reset);
            let update = sigmoid(update + state_update);
            let candidate = tanh(candidate + reset * state_candidate);
            state = candidate.clone() + update * (state - candidate);
            rows.push(state.clone());
        }
        Tensor::cat(rows, 2)
    }

    /// Number of rows down that are predicted.
    pub fn steps(&self) -> usize {
        self.steps.len()
    }

    /// What contexts expect of the cell `step` rows below, `W_step c`, from 1 to [`Self::steps`].
    ///
    /// # Shapes
    /// `contexts` `[cells, channels]` and the result too.
    pub fn predict(&self, contexts: Tensor<2>, step: usize) -> Tensor<2> {
        linear(&self.steps[step - 1], contexts)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Distribution;

    use super::*;
    use crate::model::seed_alone;

    const CHANNELS: usize = 2;
    const HEIGHT: usize = 4;
    const WIDTH: usize = 5;

    fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
        tensor.try_to_vec_as::<f32>().unwrap().into_iter().map(f64::from).collect()
    }

    fn map(device: &Device) -> Tensor<4> {
        Tensor::random([1, CHANNELS, HEIGHT, WIDTH], Distribution::Normal(0.0, 1.0), device)
    }

    /// Gates at column `x` by a convolution's definition; `row[channel * WIDTH + x]`.
    fn gates(layer: &Conv2d, row: &[f64], x: usize) -> Vec<f64> {
        let weights = numbers(layer.weight.val());
        let biases = numbers(layer.bias.as_ref().unwrap().val());
        let gate = |gate: usize| {
            let mut sum = biases[gate];
            for channel in 0..CHANNELS {
                for tap in 0..3 {
                    if (1..=WIDTH).contains(&(x + tap)) {
                        sum += weights[(gate * CHANNELS + channel) * 3 + tap] * row[channel * WIDTH + x + tap - 1];
                    }
                }
            }
            sum
        };
        (0..3 * CHANNELS).map(gate).collect()
    }

    #[test]
    fn states_are_those_of_the_gated_recurrent_unit() {
        let device = Device::flex();
        let _alone = seed_alone(&device, 0);
        let predictor = RowPredictor::new(CHANNELS, HEIGHT, &device);
        let map = map(&device);
        let found = numbers(predictor.contexts(map.clone()));
        let map = numbers(map);
        let at = |channel: usize, y: usize, x: usize| (channel * HEIGHT + y) * WIDTH + x;
        let logistic = |x: f64| 1.0 / (1.0 + (-x).exp());
        let mut state = vec![0.0; CHANNELS * WIDTH];
        for y in 0..HEIGHT {
            let row: Vec<f64> = (0..CHANNELS * WIDTH).map(|index| map[at(index / WIDTH, y, index % WIDTH)]).collect();
            let mut next = state.clone();
            for x in 0..WIDTH {
                let [input, before] = [gates(&predictor.input, &row, x), gates(&predictor.state, &state, x)];
                for channel in 0..CHANNELS {
                    let [r, z, n] = [0, 1, 2].map(|gate| gate * CHANNELS + channel);
                    let reset = logistic(input[r] + before[r]);
                    let update = logistic(input[z] + before[z]);
                    let candidate = (input[n] + reset * before[n]).tanh();
                    let cell = channel * WIDTH + x;
                    next[cell] = (1.0 - update) * candidate + update * state[cell];
                    let context = found[at(channel, y, x)];
                    assert!((next[cell] - context).abs() < 1e-5, "{channel} {y} {x}: {} {context}", next[cell]);
                }
            }
            state = next;
        }
    }

    #[test]
    fn a_context_knows_a_triangle_above_and_nothing_below() {
        let device = Device::flex();
        let _alone = seed_alone(&device, 0);
        let predictor = RowPredictor::new(CHANNELS, HEIGHT, &device);
        let map = map(&device);
        let before = numbers(predictor.contexts(map.clone()));
        let [y, x] = [1, 0];
        let changed = map.slice_assign([0..1, 0..2, y..y + 1, x..x + 1], Tensor::full([1, 2, 1, 1], 3.0, &device));
        let after = numbers(predictor.contexts(changed));
        for index in 0..before.len() {
            let [row, column] = [index / WIDTH % HEIGHT, index % WIDTH];
            let sees = row >= y && column.abs_diff(x) <= row - y + 1;
            assert_eq!(before[index] != after[index], sees, "row {row}, column {column}");
        }
    }

    #[test]
    fn a_map_of_seven_rows_is_predicted_five_rows_down_and_smaller_ones_less() {
        let device = Device::flex();
        let _alone = seed_alone(&device, 0);
        assert_eq!([1, 2, 5, 6, 7, 9].map(|rows| RowPredictor::new(2, rows, &device).steps()), [0, 1, 4, 5, 5, 5]);
    }
}
