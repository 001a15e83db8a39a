//! Operators that add up products with weights.

use dim_model_format::{Conv2d, FilterLayout, FullyConnected, Node, Parameters, Tensor, TensorId};

use super::{Export, extents, zero_point};
use crate::block::Constant;
use crate::error::Inexpressible;
use crate::scale::{LARGEST_DIFFERENCE, Scales};
use crate::schema::{DataType, Operator};

impl Export<'_, '_> {
    pub(super) fn conv2d(&mut self, node: &Node, op: &Conv2d, output: &Tensor) -> Result<(), Inexpressible> {
        let channels = self.model.tensor(op.input).shape.channels;
        let (input, [height, width], stride, pad) = self.windowed(op.input, &op.window, output.shape);
        let filter = vec![output.shape.channels.into(), height, width, channels.into()];
        self.sums(node, output, op.input, input, Operator::Conv2d { stride, pad }, filter)
    }

    pub(super) fn depthwise_conv2d(&mut self, node: &Node, op: &Conv2d, output: &Tensor) -> Result<(), Inexpressible> {
        let channels = self.model.tensor(op.input).shape.channels;
        let (input, [height, width], stride, pad) = self.windowed(op.input, &op.window, output.shape);
        let filter = vec![height, width, channels.into(), (output.shape.channels / channels).into()];
        self.sums(node, output, op.input, input, Operator::DepthwiseConv2d { stride, pad }, filter)
    }

    /// A convolution of one element, which TOSA 1.0 has instead.
    pub(super) fn fully_connected(
        &mut self,
        node: &Node,
        op: &FullyConnected,
        output: &Tensor,
    ) -> Result<(), Inexpressible> {
        let fan_in = extents(self.model.tensor(op.input).shape).iter().product();
        let input = self.reshaped(op.input, "flat", [1, 1, 1, fan_in]);
        let filter = vec![output.shape.channels.into(), 1, 1, fan_in];
        self.sums(node, output, op.input, input, Operator::Conv2d { stride: [1; 2], pad: [0; 4] }, filter)
    }

    fn sums(
        &mut self,
        node: &Node,
        output: &Tensor,
        id: TensorId,
        input: String,
        operator: Operator,
        filter: Vec<i32>,
    ) -> Result<(), Inexpressible> {
        let parameters = self.model.parameters(node, output.shape).ok_or(Inexpressible::Operator)?;
        let weights = plain(node, &parameters, filter.iter().product::<i32>() as usize);
        let largest = largest_sums(&weights, &parameters, matches!(operator, Operator::DepthwiseConv2d { .. }));
        let scales = Scales::of(parameters.channels().map(|channel| channel.rescale).zip(largest))?;
        let biases: Vec<i32> = parameters.channels().map(|channel| channel.bias).collect();
        let inputs = vec![
            input,
            self.block.constant(self.name("weights"), filter, Constant::Int8(weights)),
            self.block.constant(self.name("bias"), vec![biases.len() as i32], Constant::Int32(biases)),
            self.block.constant(self.name("input_zero_point"), vec![1], zero_point(&self.model.tensor(id))),
            self.block.scalar(self.name("weights_zero_point"), 0),
        ];
        let sums = self.computed("sums", extents(output.shape), DataType::Int32, operator, inputs);
        self.rescaled(node, output, sums, scales);
        Ok(())
    }
}

/// The weights, one output channel after the other but for a depthwise convolution, without what another layout fills up.
fn plain(node: &Node, parameters: &Parameters<'_>, count: usize) -> Vec<u8> {
    match node.layout() {
        None | Some(FilterLayout::Plain) => parameters.filter.to_vec(),
        Some(layout) => {
            let channels = parameters.channels().len();
            let fan_in = count / channels;
            let weight = |channel, k| {
                let weight = layout.weight(parameters.filter, channel, k, fan_in);
                weight.expect("a model has all weights").cast_unsigned()
            };
            (0..channels).flat_map(|channel| (0..fan_in).map(move |k| weight(channel, k))).collect()
        }
    }
}

/// For each output channel, what no sum of its exceeds in magnitude.
fn largest_sums(weights: &[u8], parameters: &Parameters<'_>, is_depthwise: bool) -> Vec<i64> {
    let channels = parameters.channels().len();
    let fan_in = weights.len() / channels;
    let of_channel = |(channel, bias): (usize, i32)| {
        let [first, step] = if is_depthwise { [channel, channels] } else { [channel * fan_in, 1] };
        let of_channel = weights[first..].iter().step_by(step).take(fan_in);
        let products: i64 = of_channel.map(|weight| i64::from(weight.cast_signed().unsigned_abs())).sum();
        products * LARGEST_DIFFERENCE + i64::from(bias.unsigned_abs())
    };
    parameters.channels().map(|channel| channel.bias).enumerate().map(of_channel).collect()
}
