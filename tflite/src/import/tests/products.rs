//! Products with tensors and with constants; `tests/external/make_operators.py` has many more.

use dim_model_format::{Model, Mul, Node, TensorId};

use super::{Activation, Operator, Options, Pads, RELU, Sketch, TensorType, Unsupported, imported, refused};

const MUL: i32 = Operator::Mul as i32;
const OPTIONS: Options = Options::Mul { activation: Activation::None };

/// A map of `[1, 6, 5, 4]` times a constant.
fn times(shape: &[i32], codes: &[i8], is_first: bool) -> Vec<u8> {
    let mut sketch = Sketch::new();
    let [input, output] = [(); 2].map(|()| sketch.map(&[1, 6, 5, 4]));
    let bytes = codes.iter().map(|code| code.cast_unsigned()).collect();
    let constant = sketch.constant(shape, TensorType::Int8, bytes, vec![0.02]);
    let inputs = if is_first { [constant, input] } else { [input, constant] };
    sketch.operator(MUL, &inputs, output, Some(OPTIONS));
    sketch.bytes(input, output)
}

/// Zero points of constants are 0 here, so their numbers are weights.
#[test]
fn by_a_constant() {
    let names = |shape: &[i32], codes: &[i8], is_first| {
        let file = imported(&times(shape, codes, is_first));
        Model::parse(&file).unwrap().nodes().map(|node| node.name()).collect::<Vec<_>>()
    };
    for is_first in [false, true] {
        for shape in [&[][..], &[1], &[1, 1, 1, 1]] {
            assert_eq!(names(shape, &[-7], is_first), ["lookup"]);
        }
        // Of one number, however often.
        assert_eq!(names(&[1, 6, 5, 4], &[3; 120], is_first), ["lookup"]);
        for shape in [&[4][..], &[1, 4], &[1, 1, 4], &[1, 1, 1, 4]] {
            assert_eq!(names(shape, &[1, -128, 127, 0], is_first), ["depthwise_conv2d"]);
        }
    }
}

/// Twice as wide as int8: from a zero point of -20 to 127.
#[test]
fn by_a_wide_constant() {
    let mut sketch = Sketch::new();
    let [input, output, bounded] = [(); 3].map(|()| sketch.map(&[1, 300, 5, 2]));
    sketch.buffers.push(crate::schema::buffer(vec![127, 0x80]));
    let quantization = crate::schema::quantization(vec![0.02], -20, 0);
    let buffer = sketch.buffers.len() as u32 - 1;
    let tensor = crate::schema::tensor(vec![2], TensorType::Int8, buffer, String::new(), Some(quantization));
    sketch.tensors.push(tensor);
    sketch.operator(MUL, &[input, 3], output, Some(OPTIONS));
    sketch.operator(RELU, &[output], bounded, None);
    let file = imported(&sketch.bytes(input, bounded));
    let model = Model::parse(&file).unwrap();
    let nodes: Vec<_> = model.nodes().collect();
    // 300 rows become two, and those one.
    let [Node::DepthwiseConv2d(first), Node::DepthwiseConv2d(second), Node::Mul(Mul { inputs, clamp, .. })] = nodes[..]
    else {
        panic!("{nodes:?}")
    };
    assert_eq!([first.window.stride, second.window.stride], [[255, 5], [2, 1]]);
    assert_eq!((inputs, clamp.min), ([TensorId(0), TensorId(2)], -20));
    let parameters = model.parameters(&nodes[1], model.tensor(TensorId(2)).shape).unwrap();
    assert_eq!(parameters.channels().map(|channel| channel.bias).collect::<Vec<_>>(), [147, -108]);
    assert_eq!(parameters.filter, [0; 2]);
}

#[test]
fn by_a_constant_of_another_shape() {
    for (shape, length) in [(&[1, 6, 5, 4][..], 120), (&[5, 4], 20), (&[1, 6, 5, 1], 30), (&[2], 2)] {
        let codes: Vec<i8> = (0..length).collect();
        assert_eq!(refused(&times(shape, &codes, false)).2, Unsupported::RepeatedConstant, "{shape:?}");
    }
    assert_eq!(refused(&times(&[4], &[1, 2], false)).2, Unsupported::Constant(2));
    assert_eq!(refused(&times(&[0], &[], false)).2, Unsupported::NotComputed(2));
}

/// Of a map of `[1, 6, 5, 4]` and the maximum of a window.
fn gated(window: [i32; 2], is_first: bool) -> Vec<u8> {
    let mut sketch = Sketch::new();
    let [input, output] = [(); 2].map(|()| sketch.map(&[1, 6, 5, 4]));
    let gate = sketch.map(&[1, 7 - window[0], 6 - window[1], 4]);
    let kernel = window.map(|extent| extent as u8);
    let options = Options::Pool2d { padding: Pads::Valid, stride: [1, 1], kernel, activation: Activation::None };
    sketch.operator(Operator::MaxPool2d as i32, &[input], gate, Some(options));
    let inputs = if is_first { [gate, input] } else { [input, gate] };
    sketch.operator(MUL, &inputs, output, Some(OPTIONS));
    sketch.bytes(input, output)
}

#[test]
fn by_a_tensor_that_repeats() {
    for window in [[6, 5], [6, 1], [1, 5], [1, 1]] {
        for is_first in [false, true] {
            let file = imported(&gated(window, is_first));
            let nodes: Vec<_> = Model::parse(&file).unwrap().nodes().collect();
            let [_, Node::Mul(op)] = nodes[..] else { panic!("{nodes:?}") };
            let turned = is_first && window == [1, 1];
            assert_eq!(op.inputs.map(|id| id.0), if turned { [1, 0] } else { [0, 1] });
        }
    }
    assert_eq!(refused(&gated([2, 1], false)).2, Unsupported::Repeated);
}
