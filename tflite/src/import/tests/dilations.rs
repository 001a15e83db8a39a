//! Dilated convolutions, and kernels that are filled up by hand.

use dim_model_format::Model;

use super::{Activation, Operator, Pads, Sketch, TensorType, Unsupported, imported, refused};
use crate::schema::Options;
use dim_flatbuffer::Value;

/// A convolution of `[1, 20, 20, 2]` with a kernel of `[filters, height, width, channels]`, and its dilation of heights and
/// of widths.
fn convolution(is_depthwise: bool, [height, width]: [i32; 2], weights: Vec<u8>, dilations: [i32; 2]) -> Vec<u8> {
    let mut sketch = Sketch::new();
    let [input, output] = [(); 2].map(|()| sketch.map(&[1, 20, 20, 2]));
    let first = if is_depthwise { 1 } else { 2 };
    let weights = sketch.constant(&[first, height, width, 2], TensorType::Int8, weights, vec![0.02]);
    let (padding, stride, activation) = (Pads::Same, [1, 1], Activation::None);
    let (operator, options, field) = if is_depthwise {
        let options = Options::DepthwiseConv2d { padding, stride, depth_multiplier: 1, activation };
        (Operator::DepthwiseConv2d, options, 5)
    } else {
        (Operator::Conv2d, Options::Conv2d { padding, stride, activation }, 4)
    };
    let (kind, mut options) = options.write();
    options.0.extend([(field, Value::Int(dilations[1])), (field + 1, Value::Int(dilations[0]))]);
    sketch.operator(operator as i32, &[input, weights], output, None);
    sketch.operators[0].0.extend([(3, Value::Byte(kind as u8)), (4, Value::Table(options))]);
    sketch.bytes(input, output)
}

#[test]
fn zeros_between_the_weights() {
    // 2x3 becomes 3x7.
    for is_depthwise in [false, true] {
        let filters = if is_depthwise { 1 } else { 2 };
        let dense: Vec<u8> = (1..=filters * 12).collect();
        let mut filled = Vec::new();
        for filter in 0..filters {
            for row in 0..3 {
                for column in 0..7 {
                    let weight = 12 * filter + 6 * (row / 2) + 2 * (column / 3) + 1;
                    let is_one = row % 2 == 0 && column % 3 == 0;
                    filled.extend(if is_one { [weight, weight + 1] } else { [0; 2] });
                }
            }
        }
        let dilated = imported(&convolution(is_depthwise, [2, 3], dense, [2, 3]));
        assert_eq!(dilated, imported(&convolution(is_depthwise, [3, 7], filled, [1, 1])));
        assert_eq!(Model::parse(&dilated).unwrap().nodes().next().unwrap().window().unwrap().kernel, [3, 7]);
    }
}

/// A kernel of one element has nothing to dilate.
#[test]
fn one_element() {
    let dilated = imported(&convolution(false, [1, 1], vec![1; 4], [7, 9]));
    assert_eq!(dilated, imported(&convolution(false, [1, 1], vec![1; 4], [1, 1])));
}

#[test]
fn what_is_too_wide() {
    let reason = |dilations| refused(&convolution(true, [3, 3], vec![1; 18], dilations)).2;
    assert_eq!(reason([1, 128]), Unsupported::Window);
    assert_eq!([reason([0, 1]), reason([1, -2])], [Unsupported::Options; 2]);
    assert_eq!(reason([127, 127]), Unsupported::Zeros);
}
