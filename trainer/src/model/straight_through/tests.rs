//! The value is what was given, to the bit; the gradient is worked out by hand, or the float encoder's own.

use std::collections::BTreeMap;

use burn::module::Param;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Distribution, TensorData};
use dim_model_format::{Shape, Window};

use super::*;
use crate::architecture::{Architecture, Layer, Operator};
use crate::model::{Behind, LayerNumbers, all_gradients, seed_alone};

/// Of all numbers: what nothing saturates.
const ALL: [f32; 2] = [f32::MIN, f32::MAX];

fn layer(input: Source, operator: Operator, norm: bool, relu: bool) -> Layer {
    Layer { input, operator, norm, relu, dropout: false }
}

fn numbers<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensor.try_to_vec_as::<f32>().unwrap()
}

fn given(values: &[f32], shape: [usize; 4], representable: [f32; 2], device: &Device) -> GivenOutput {
    let values = Tensor::from_data(TensorData::new(values.to_vec(), shape), device);
    GivenOutput { values, representable }
}

/// Two pixels, two hidden units with batch normalization and `ReLU`, one number as embedding.
fn two_layers(device: &Device) -> Encoder {
    let architecture = Architecture {
        name: "two-layers".to_owned(),
        input: Shape::new(1, 1, 2),
        layers: vec![
            layer(Source::Image, Operator::Linear { units: 2 }, true, true),
            layer(Source::Layer(0), Operator::Linear { units: 1 }, false, false),
        ],
        feature_map: 0,
        conv: 0,
        fc: 0,
        names: BTreeMap::new(),
    };
    let behind = Behind::Norm {
        scale: vec![2.0, 0.5],
        shift: vec![0.1, -0.2],
        mean: vec![0.5, 0.25],
        // With burn's epsilon the deviation is 2.
        variance: vec![4.0 - 1e-5; 2],
    };
    Encoder::new(&architecture, device).with_numbers(&[
        Some(LayerNumbers { weights: vec![1.0, 2.0, 3.0, -1.0], behind }),
        Some(LayerNumbers { weights: vec![0.5, -2.0], behind: Behind::Bias(vec![0.25]) }),
    ])
}

/// Hidden units are, in floats, 1.35 and 0.175 of the first image, 3.35 and 0 of the second, 0.6 and 0.3125 of the third;
/// the embeddings that follow from what is given are -0.25, 1.75 and 0.05.
#[test]
fn gradients_are_the_float_layers_where_nothing_is_saturated() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 0);
    let encoder = two_layers(&device);
    let images = [[0.75, 0.5], [-0.25, 2.0], [0.8, 0.1]];
    let tensor = Tensor::<4>::from_data(TensorData::new(images.concat(), [3, 2, 1, 1]), &device);
    let hidden = [1.0, 0.5, 3.0, 0.0, 0.6, 0.25];
    let output = encoder.forward_through(
        &tensor,
        vec![
            given(&hidden, [3, 2, 1, 1], [0.0, 3.0], &device),
            given(&[-0.3, 1.5, 0.1], [3, 1, 1, 1], [-1.0, 1.5], &device),
        ],
    );
    assert_eq!(numbers(&output.embedding), [-0.3, 1.5, 0.1]);
    assert_eq!(numbers(&output.fc), hidden);

    let weights = [1.0_f32, 10.0, -3.0];
    let loss = (output.embedding * Tensor::from_data(TensorData::new(weights.to_vec(), [3, 1]), &device)).sum();
    let gradients = GradientsParams::from_grads(loss.backward(), &encoder);
    let [first, second] = &encoder.layers[..] else { panic!("two layers") };
    let norm = first.norm.as_ref().unwrap();
    let [first, second] = [first, second].map(|layer| layer.linear.as_ref().unwrap());
    let matrix = |linear: &burn::nn::Linear| numbers(&gradients.get::<2>(linear.weight.id).unwrap().transpose());
    let vector = |parameter: &Param<Tensor<1>>| numbers(&gradients.get::<1>(parameter.id).unwrap());

    // The second image's embedding is 1.75, beyond 1.5: only the first and the third learn, with 1 and -3. The hidden layer
    // then sees 0.5 and -2 times that; none of its elements of these images is saturated.
    assert_close(&matrix(second), &[1.0 - 3.0 * 0.6, 0.5 - 3.0 * 0.25]);
    assert_close(&vector(second.bias.as_ref().unwrap()), &[1.0 - 3.0]);
    assert_close(&vector(&norm.beta), &[0.5 * (1.0 - 3.0), -2.0 * (1.0 - 3.0)]);
    // (1.75 - 0.5) / 2 and (1 - 0.5) / 2; (1.75 - 0.25) / 2 and (2.3 - 0.25) / 2.
    assert_close(&vector(&norm.gamma), &[0.5 * (0.625 - 3.0 * 0.25), -2.0 * (0.75 - 3.0 * 1.025)]);
    // Scale over deviation is 1 and a quarter.
    let of_weights =
        |unit: f32, factor: f32| [0, 1].map(|pixel| unit * factor * (images[0][pixel] - 3.0 * images[2][pixel]));
    assert_close(&matrix(first), &[of_weights(0.5, 1.0), of_weights(-2.0, 0.25)].concat());

    assert_eq!(numbers(&norm.running_mean.value_sync()), [0.5, 0.25]);
}

#[test]
fn saturated_elements_have_no_gradient() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 0);
    let encoder = two_layers(&device);
    // In floats the hidden units are 3.35, above 3, and -0.95, below the ReLU's 0.
    let images = Tensor::<4>::from_data(TensorData::new(vec![-0.25_f32, 2.0], [1, 2, 1, 1]), &device);
    let output = encoder.forward_through(
        &images,
        vec![given(&[3.0, 0.0], [1, 2, 1, 1], [0.0, 3.0], &device), given(&[1.75], [1, 1, 1, 1], ALL, &device)],
    );
    let gradients = GradientsParams::from_grads(output.embedding.sum().backward(), &encoder);
    let of_second = encoder.layers[1].linear.as_ref().unwrap().weight.id;
    assert_eq!(numbers(&gradients.get::<2>(of_second).unwrap()), [3.0, 0.0]);
    let norm = encoder.layers[0].norm.as_ref().unwrap();
    assert_eq!(numbers(&gradients.get::<1>(norm.beta.id).unwrap()), [0.0, 0.0]);
    assert_eq!(numbers(&gradients.get::<1>(norm.gamma.id).unwrap()), [0.0, 0.0]);
    let of_first = encoder.layers[0].linear.as_ref().unwrap().weight.id;
    assert_eq!(numbers(&gradients.get::<2>(of_first).unwrap()), [0.0; 4]);
}

/// Every operator that a `.dim` file has, with nothing that would depend on the batch.
fn every_operator() -> Architecture {
    let at = Source::Layer;
    let conv = |channels, kernel, stride, padding| Operator::Conv2d {
        channels,
        window: Window::square(kernel, stride, padding),
    };
    let layers = vec![
        layer(Source::Image, conv(4, 3, 1, 1), false, true),
        layer(at(0), Operator::DepthwiseConv2d { window: Window::square(3, 1, 1) }, false, false),
        layer(at(1), Operator::Add { shortcut: at(0) }, false, true),
        layer(at(2), Operator::MaxPool2d { window: Window::square(2, 2, 0) }, false, false),
        layer(at(3), conv(6, 3, 2, 1), false, true),
        layer(at(4), Operator::AveragePool2d { window: Window::square(2, 1, 0) }, false, false),
        layer(at(5), Operator::Linear { units: 5 }, false, true),
        layer(at(6), Operator::Linear { units: 3 }, false, false),
    ];
    Architecture {
        name: "every-operator".to_owned(),
        input: Shape::new(8, 8, 2),
        layers,
        feature_map: 2,
        conv: 5,
        fc: 6,
        names: BTreeMap::new(),
    }
}

#[test]
fn where_the_given_values_are_the_float_ones_the_gradients_are_too() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 4);
    let encoder = Encoder::new(&every_operator(), &device);
    let images = Tensor::<4>::random([5, 2, 8, 8], Distribution::Uniform(-1.0, 1.0), &device);
    let own = encoder.forward_layers(images.clone()).into_iter();
    let own = own.map(|values| GivenOutput { values: values.detach(), representable: ALL }).collect();
    let [float, through] = [encoder.forward(images.clone()), encoder.forward_through(&images, own)];
    assert_eq!(numbers(&float.embedding), numbers(&through.embedding));
    let [float, through] = [float, through].map(|output| {
        let loss = output.embedding.square().sum() + output.feature_map.square().sum() + output.conv.sum();
        all_gradients(&encoder, &GradientsParams::from_grads(loss.backward(), &encoder))
    });
    assert_eq!(float.len(), 10, "weights and biases of five layers");
    for (float, through) in float.iter().zip(&through) {
        assert!(float.iter().any(|x| *x != 0.0), "nothing learns");
        assert_close(through, float);
    }
}

fn assert_close(found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len());
    let largest = expected.iter().fold(1e-3_f32, |max, x| max.max(x.abs()));
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() < 1e-5 * largest, "{found:?}, not {expected:?}");
    }
}
