//! What an architecture costs: parameters and multiply-accumulates.

use dim_model_format::{Shape, Window};

use super::{Architecture, Extent, Operator};

impl Architecture {
    /// Numbers that are learned: weights, biases, and scale and shift of each batch normalization.
    pub fn parameters(&self) -> usize {
        let behind = self.layers.iter().zip(self.extents()).map(|(layer, output)| match layer.operator.is_weighted() {
            true => usize::from(output.shape.channels) * if layer.norm { 2 } else { 1 },
            false => 0,
        });
        self.weights().iter().sum::<usize>() + behind.sum::<usize>()
    }

    /// Weights of each layer, without biases; 0 where it has none.
    pub fn weights(&self) -> Vec<usize> {
        let layers = self.layers.iter().zip(self.input_extents()).zip(self.extents());
        let weights = layers
            .map(|((layer, input), output)| fan_in(layer.operator, input.shape) * usize::from(output.shape.channels));
        weights.collect()
    }

    /// Multiply-accumulates of one image: convolutions and fully connected layers, padding included.
    pub fn macs(&self) -> usize {
        let cells = self
            .extents()
            .into_iter()
            .map(|Extent { shape, crops }| crops * usize::from(shape.height) * usize::from(shape.width));
        self.weights().iter().zip(cells).map(|(weights, cells)| weights * cells).sum()
    }
}

/// Products in an output element; 0 where there are no weights.
fn fan_in(operator: Operator, input: Shape) -> usize {
    let [height, width, channels] = [input.height, input.width, input.channels].map(usize::from);
    let area = |window: Window| window.kernel.map(usize::from).iter().product::<usize>();
    match operator {
        Operator::Conv2d { window, .. } => area(window) * channels,
        Operator::DepthwiseConv2d { window } => area(window),
        Operator::Linear { .. } => height * width * channels,
        _ => 0,
    }
}
