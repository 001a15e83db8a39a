//! The integer encoder against the float one it came from, layer by layer.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use burn::module::Module;
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Tensor, TensorData};
use dim_conformance::oracle;
use dim_host::data::Images;
use dim_model_format::{About, Clamp, Model, Node, Padding, Shape, TapKind, Window};
use dim_runtime::Encoder as Int8Encoder;
use dim_trainer::architecture::{Architecture, Layer, Operator, Preset, Source};
use dim_trainer::model::{Comparison, Encoder, FloatEncoder, LocalCritic, images_to_tensor};
use dim_trainer::quantize::{DeviceArithmetic, LowerError, Observer, Range, calibrate, calibrate_critic, lower};
use dim_trainer::settings::{Integers, LocalCriticKind};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// Below what any layer here has, 23 dB the least, and above what an error of layout or scale leaves.
const BOUND: f64 = 20.0;

/// burn draws from one generator per process.
static GENERATOR: Mutex<()> = Mutex::new(());

/// Every operator, with odd extents, uneven padding and strides, and a sum with and without `ReLU`.
fn every_operator() -> Architecture {
    let uneven = Window { kernel: [3, 2], stride: [2, 1], padding: Padding { top: 1, left: 0, bottom: 2, right: 1 } };
    let square = |kernel, stride, padding| Window::square(kernel, stride, padding);
    let layer = |input, operator, norm, relu| Layer { input, operator, norm, relu, dropout: false };
    let at = Source::Layer;
    let layers = vec![
        layer(Source::Image, Operator::Conv2d { channels: 8, window: uneven }, true, true), // 7x11
        layer(at(0), Operator::DepthwiseConv2d { window: square(3, 1, 1) }, true, true),
        layer(at(1), Operator::Conv2d { channels: 12, window: square(1, 1, 0) }, true, false),
        layer(at(0), Operator::Conv2d { channels: 12, window: square(1, 1, 0) }, false, false),
        layer(at(2), Operator::Add { shortcut: at(3) }, false, true),
        layer(at(4), Operator::MaxPool2d { window: square(3, 2, 1) }, false, false), // 4x6
        layer(at(5), Operator::DepthwiseConv2d { window: uneven }, true, true),      // 3x6
        layer(at(6), Operator::Conv2d { channels: 12, window: square(3, 1, 1) }, false, false),
        layer(at(6), Operator::Add { shortcut: at(7) }, false, false),
        layer(at(8), Operator::AveragePool2d { window: square(3, 2, 1) }, false, false), // 2x3
        layer(at(9), Operator::Linear { units: 20 }, true, true),
        layer(at(10), Operator::Linear { units: 16 }, false, false),
    ];
    Architecture {
        name: "every-operator".to_owned(),
        input: Shape::new(11, 11, 3),
        layers,
        feature_map: 4,
        conv: 9,
        fc: 10,
        names: BTreeMap::new(),
    }
}

/// ResNet-8 with a quarter of the channels.
fn narrow_resnet8() -> Architecture {
    let mut architecture = Preset::Resnet8.architecture();
    for layer in &mut architecture.layers {
        if let Operator::Conv2d { channels, .. } = &mut layer.operator {
            *channels /= 4;
        }
    }
    architecture
}

/// Smooth shapes with some noise, in every range of brightness.
fn images(shape: Shape, count: usize) -> Images {
    let mut random = StdRng::seed_from_u64(5);
    let mut pixels = Vec::new();
    for _ in 0..count {
        let [brightness, slope_y, slope_x]: [f32; 3] =
            [60.0..200.0, -9.0..9.0, -9.0..9.0].map(|r| random.random_range(r));
        for y in 0..shape.height {
            for x in 0..shape.width {
                for _ in 0..shape.channels {
                    let noise = random.random_range(-30.0..30.0);
                    pixels.push((brightness + slope_y * f32::from(y) + slope_x * f32::from(x) + noise) as u8);
                }
            }
        }
    }
    Images { shape, pixels, labels: None }
}

/// Freshly drawn.
fn random(architecture: &Architecture) -> Encoder {
    let device = Device::flex();
    device.seed(11);
    Encoder::new(architecture, &device)
}

/// Some steps toward random targets: statistics of batch normalization, and weights, of a network that learned.
fn trained(architecture: &Architecture) -> Encoder {
    let device = Device::flex().autodiff();
    device.seed(12);
    let mut encoder = Encoder::new(architecture, &device);
    let images = images(architecture.input, 32);
    let units = architecture.shapes()[architecture.layers.len() - 1][0];
    let mut random = StdRng::seed_from_u64(3);
    let targets: Vec<f32> = (0..32 * units).map(|_| random.random_range(-1.0..1.0)).collect();
    let targets = Tensor::<2>::from_data(TensorData::new(targets, [32, units]), &device);
    let mut adam = AdamConfig::new().init();
    for _ in 0..40 {
        let output = encoder.forward(images_to_tensor(&images.pixels, images.shape, &device));
        let loss = (output.embedding - targets.clone()).powi_scalar(2).mean();
        let gradients = GradientsParams::from_grads(loss.backward(), &encoder);
        encoder = adam.step(0.01, encoder, gradients);
    }
    encoder.valid()
}

fn lowered(encoder: &Encoder, images: &Images) -> Vec<u8> {
    let ranges = calibrate(encoder, images, Observer::Minmax, &Device::flex());
    let arithmetic = DeviceArithmetic::new(ranges, Integers::default());
    lower(&encoder.export(), &arithmetic, None, About::named("test")).unwrap()
}

/// Power of the float output over the power of int8's deviation from it, in decibels, for each layer over all images.
fn signal_to_noise(encoder: &Encoder, model: &Model<'_>, images: &Images) -> Vec<f64> {
    let float = encoder.forward_layers(images_to_tensor(&images.pixels, images.shape, &Device::flex()));
    let int8: Vec<_> = (0..images.len()).map(|index| oracle::run(model, images.image(index))).collect();
    let layer = |(index, float): (usize, Tensor<4>)| {
        let float = float.permute([0, 2, 3, 1]).try_to_vec_as::<f32>().unwrap();
        let scale = f64::from(model.tensors().nth(index + 1).unwrap().quantization.scale);
        let real = int8.iter().flat_map(|tensors| {
            let tensor = &tensors[index + 1];
            tensor.values.iter().map(|q| scale * f64::from(i32::from(*q) - i32::from(tensor.zero_point)))
        });
        let (mut signal, mut noise, mut count) = (0.0, 0.0, 0);
        for (float, real) in float.iter().map(|float| f64::from(*float)).zip(real) {
            signal += float.powi(2);
            noise += (float - real).powi(2);
            count += 1;
        }
        assert_eq!(count, float.len());
        assert!(signal > 0.0, "layer {index} is dead");
        10.0 * (signal / noise).log10()
    };
    float.into_iter().enumerate().map(layer).collect()
}

#[test]
fn every_layer_of_int8_stays_close_to_float() {
    let _alone = GENERATOR.lock().unwrap_or_else(PoisonError::into_inner);
    for architecture in [every_operator(), narrow_resnet8(), Preset::Edge28Depthwise.architecture()] {
        for encoder in [random(&architecture), trained(&architecture)] {
            let images = images(architecture.input, 32);
            let file = lowered(&encoder, &images);
            let model = Model::parse(&file).unwrap();
            for (index, decibels) in signal_to_noise(&encoder, &model, &images).into_iter().enumerate() {
                let layer = architecture.layers[index];
                assert!(decibels > BOUND, "{} {index} {layer:?}: {decibels:.1} dB", architecture.name);
            }
            assert_runtime_equals_oracle(&model, &images);
        }
    }
}

/// Both taps of a critic, of an encoder with one layer before the last or a map.
#[test]
fn a_critic_of_int8_stays_close_to_float() {
    let _alone = GENERATOR.lock().unwrap_or_else(PoisonError::into_inner);
    let device = Device::flex();
    for architecture in [Preset::Edge28Depthwise.architecture(), Preset::Edge28.architecture()] {
        let (encoder, images) = (trained(&architecture), images(architecture.input, 32));
        let [channels, ..] = architecture.shapes()[architecture.feature_map];
        let last = encoder.export().filters.pop().flatten().unwrap();
        let critic =
            LocalCritic::new(LocalCriticKind::EncodeAndDot, [channels, last.bias.len()], 24, Comparison::Dot, &device);
        let critic = calibrate_critic(critic.export(&last).unwrap(), &encoder, &images, &device);
        let ranges = calibrate(&encoder, &images, Observer::Minmax, &device);
        let (exported, arithmetic) = (encoder.export(), DeviceArithmetic::new(ranges, Integers::default()));
        let file = lower(&exported, &arithmetic, Some(&critic), About::named("test")).unwrap();
        let model = Model::parse(&file).unwrap();
        let float = encoder.forward_layers(images_to_tensor(&images.pixels, images.shape, &device));
        let rows = |layer: usize| float[layer].clone().permute([0, 2, 3, 1]).try_to_vec_as::<f32>().unwrap();
        let int8: Vec<_> = (0..images.len()).map(|index| oracle::run(&model, images.image(index))).collect();
        // The layer before the last one is a vector here.
        let branches = [
            (TapKind::CriticMap, &critic.cells, channels, rows(architecture.feature_map)),
            (TapKind::CriticEmbedding, &critic.embedding, last.weights.len() / last.bias.len(), rows(float.len() - 2)),
        ];
        for (kind, calibrated, width, inputs) in branches {
            let tensor = model.tap(kind).unwrap();
            let scale = f64::from(model.tensor(tensor).quantization.scale);
            let found = int8.iter().flat_map(|tensors| tensors[usize::from(tensor.0)].values.iter());
            let expected = inputs.chunks(width).flat_map(|input| calibrated.branch.forward(input)[3].clone());
            let (mut signal, mut noise) = (0.0, 0.0);
            for (found, expected) in found.zip(expected) {
                signal += f64::from(expected).powi(2);
                noise += (f64::from(expected) - scale * f64::from(*found)).powi(2);
            }
            let decibels = 10.0 * (signal / noise).log10();
            assert!(signal > 0.0 && decibels > BOUND, "{} {kind:?}: {decibels:.1} dB", architecture.name);
        }
        assert_runtime_equals_oracle(&model, &images);
    }
}

/// Every tap of every image, to the byte.
fn assert_runtime_equals_oracle(model: &Model<'_>, images: &Images) {
    let mut arena = vec![0; model.arena_bytes()];
    let mut encoder = Int8Encoder::new(model, &mut arena).unwrap();
    for image in (0..images.len()).map(|index| images.image(index)) {
        let expected = oracle::run(model, image);
        let output = encoder.encode(image).unwrap();
        assert!(model.taps().count() >= 4);
        for tap in model.taps() {
            let expected = &expected[usize::from(tap.tensor.0)];
            assert!(
                output.tap(tap.kind).unwrap().values == expected.values,
                "{:?} of {}",
                tap.kind,
                model.about().name
            );
        }
    }
}

/// The file of an encoder whose numbers do not matter.
fn file_of(architecture: &Architecture) -> Result<Vec<u8>, LowerError> {
    let ranges = vec![Range { min: -1.0, max: 2.0 }; architecture.layers.len()];
    let arithmetic = DeviceArithmetic::new(ranges, Integers::default());
    lower(&FloatEncoder::zeros(architecture), &arithmetic, None, About::named(&architecture.name))
}

#[test]
fn relu_is_a_clamp_at_real_zero_and_pooling_keeps_its_input_s_codes() {
    let file = file_of(&every_operator()).unwrap();
    let model = Model::parse(&file).unwrap();
    let nodes: Vec<Node> = model.nodes().collect();
    let quantization: Vec<_> = model.tensors().map(|tensor| tensor.quantization).collect();
    let relu = Clamp { min: quantization[5].zero_point, max: 127 };
    assert_eq!(relu.min, -43);
    let clamps: Vec<Clamp> = nodes.iter().map(Node::clamp).collect();
    let none = Clamp::NONE;
    assert_eq!(clamps, [relu, relu, none, none, relu, none, relu, none, none, none, relu, none]);
    assert_eq!((quantization[6], quantization[10]), (quantization[5], quantization[9]));
    let Node::Add(sum) = nodes[4] else { panic!("{:?}", nodes[4]) };
    assert_eq!(sum.inputs.map(|id| id.0), [3, 4]);
    let taps: Vec<_> = model.taps().map(|tap| (tap.kind, tap.tensor.0)).collect();
    let expected = [(TapKind::FeatureMap, 5), (TapKind::Conv, 10), (TapKind::Fc, 11), (TapKind::Embedding, 12)];
    assert_eq!(taps, expected);
}

#[test]
fn files_of_presets_have_the_shapes_weights_and_work_of_their_description() {
    for architecture in Preset::all().iter().map(|preset| preset.architecture()).filter(|preset| !preset.is_folded()) {
        let file = file_of(&architecture).unwrap();
        let model = Model::parse(&file).unwrap();
        let shapes: Vec<[u16; 3]> =
            model.tensors().skip(1).map(|t| [t.shape.channels, t.shape.height, t.shape.width]).collect();
        let expected: Vec<[u16; 3]> = architecture.shapes().iter().map(|s| s.map(|extent| extent as u16)).collect();
        assert_eq!(shapes, expected, "{}", architecture.name);
        assert_eq!(model.macs(), architecture.macs() as u64, "{}", architecture.name);
        for ((node, output), weights) in model.layers().zip(architecture.weights()) {
            let filter = model.parameters(&node, output.shape).map_or(0, |numbers| numbers.filter.len());
            let channels = usize::from(output.shape.channels);
            // In pairs of channels and fours of weights, but for depthwise filters.
            let filled = match node {
                Node::DepthwiseConv2d(_) => weights,
                _ => channels.next_multiple_of(2) * (weights / channels).next_multiple_of(4),
            };
            assert_eq!(filter, filled, "{} {}", architecture.name, node.name());
        }
    }
}

#[test]
fn crops_are_refused_by_the_name_of_the_preset() {
    for preset in [Preset::Foldalex64, Preset::Foldmultialex64, Preset::Foldresnet19, Preset::Foldresnet37] {
        let architecture = preset.architecture();
        let error = file_of(&architecture).unwrap_err().to_string();
        assert_eq!(
            error,
            format!(
                "{} cannot be quantized: it works on crops of the image one by one, which a .dim file cannot say; \
                 train an encoder without crops for a device",
                architecture.name
            )
        );
    }
}
