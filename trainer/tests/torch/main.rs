//! Encoders from PyTorch's files, against what PyTorch computes with them; `tests/external/make_torch_files.py` wrote both.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

mod damaged;
mod files;
mod refused;

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, TensorData};
use dim_model_format::{Shape, Window};
use dim_trainer::architecture::{Architecture, Layer, Operator, Preset, Source};
use dim_trainer::exchange::torch::{Normalization, Rename, assign, read};
use dim_trainer::model::{Encoder, EncoderOutput, LayerNumbers, images_to_tensor};

use crate::files::{floats, load};

/// The encoder of the files `tiny-….pth`.
fn tiny() -> Architecture {
    let conv = |channels| Operator::Conv2d { channels, window: Window::square(4, 2, 1) };
    let layer = |input, operator, norm| Layer { input, operator, norm, relu: norm, dropout: false };
    Architecture {
        name: "tiny".to_owned(),
        input: Shape::new(12, 12, 3),
        layers: vec![
            layer(Source::Image, conv(8), true),
            layer(Source::Layer(0), conv(16), true),
            layer(Source::Layer(1), Operator::Linear { units: 24 }, true),
            layer(Source::Layer(2), Operator::Linear { units: 8 }, false),
        ],
        feature_map: 0,
        conv: 1,
        fc: 2,
        names: BTreeMap::new(),
    }
}

fn renames(texts: &[&str]) -> Vec<Rename> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// Compares all taps of all images with PyTorch's.
fn assert_taps(architecture: &Architecture, numbers: &[Option<LayerNumbers>], results: &str) {
    let device = Device::flex();
    let encoder = Encoder::new(architecture, &device).with_numbers(numbers);
    let pixels = load(&format!("{results}.images"));
    let EncoderOutput { feature_map, conv, fc, embedding, .. } =
        encoder.forward(images_to_tensor(&pixels, architecture.input, &device));
    let taps = [feature_map.flatten::<2>(1, 3), conv.flatten(1, 3), fc, embedding];
    let expected = floats(&load(&format!("{results}.taps")));
    let widths = taps.each_ref().map(|tap| tap.dims()[1]);
    let row_len: usize = widths.iter().sum();
    assert_eq!(expected.len(), 3 * row_len);
    let mut start = 0;
    for (tap, width) in taps.into_iter().zip(widths) {
        let found = tap.try_to_vec_as::<f32>().unwrap();
        let expected = expected.chunks(row_len).flat_map(|row| &row[start..start + width]);
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() <= 1e-4, "{found}, PyTorch {expected}");
        }
        assert!(found.iter().any(|value| value.abs() > 0.1));
        start += width;
    }
}

#[test]
fn a_plain_sequential_is_assigned_by_its_order() {
    let file = load("edge28-dw.pth");
    let architecture = Preset::Edge28Depthwise.architecture();
    let assignment = assign(&architecture, &read(&file).unwrap(), &[]).unwrap();
    assert_taps(&architecture, &assignment.numbers, "edge28-dw");
    let origins: Vec<_> = assignment
        .origins
        .iter()
        .map(|origin| (origin.layer, origin.weights.as_str(), origin.norm.as_deref()))
        .collect();
    assert_eq!(origins[..2], [(0, "0", Some("1")), (1, "3", Some("4"))]);
    assert_eq!(origins.last(), Some(&(8, "23", None)), "after the pooling, which has no numbers");
}

#[test]
fn an_encoder_is_chosen_out_of_a_checkpoint() {
    let file = load("tiny-checkpoint.pth");
    let tensors = read(&file).unwrap();
    assert_eq!(tensors[0].name, "state_dict.encoder.first.conv.weight");
    assert_eq!(tensors[0].shape, [8, 3, 4, 4]);
    let assignment = assign(&tiny(), &tensors, &renames(&["state_dict.encoder.*=*"])).unwrap();
    assert_taps(&tiny(), &assignment.numbers, "tiny");
    assert_eq!(assignment.origins[1].norm.as_deref(), Some("state_dict.encoder.second.bn"));
}

#[test]
fn modules_are_put_where_their_names_say() {
    let file = load("tiny-module.pth");
    let tensors = read(&file).unwrap();
    let by_order = assign(&tiny(), &tensors, &[]).unwrap();
    let renames = renames(&[
        "y.*=@3.*",
        "hidden.1.*=@2.norm.*",
        "hidden.0.*=@2.*",
        "second.bn.*=@1.norm.*",
        "second.conv.*=@1.*",
        "first.bn.*=@0.norm.*",
        "first.conv.*=@0.*",
    ]);
    assert_eq!(assign(&tiny(), &tensors, &renames).unwrap(), by_order);
    assert_taps(&tiny(), &by_order.numbers, "tiny");
}

#[test]
fn the_container_of_old_pytorch_and_float64_are_read() {
    let file = load("tiny-legacy.pth");
    let assignment = assign(&tiny(), &read(&file).unwrap(), &[]).unwrap();
    assert_taps(&tiny(), &assignment.numbers, "tiny");
}

/// Rounded by PyTorch to 11 bits of mantissa: a number is off by at most 2^-11 of itself, or, where it is tiny, 2^-25.
#[test]
fn half_precision_is_read() {
    let (halves, whole) = (load("tiny-half.pth"), load("tiny-module.pth"));
    let (halves, whole) = (read(&halves).unwrap(), read(&whole).unwrap());
    let mut compared = 0;
    for half in &halves {
        let Ok(found) = half.values() else { continue };
        let whole = whole.iter().find(|whole| whole.name == half.name).unwrap().values().unwrap();
        for (found, expected) in found.iter().zip(&whole) {
            assert!((found - expected).abs() <= expected.abs() / 2048.0 + 3e-8, "{}: {found} {expected}", half.name);
            compared += 1;
        }
    }
    assert!(compared > 5000, "{compared} numbers");
    assign(&tiny(), &halves, &[]).unwrap();
}

#[test]
fn scaled_pixels_are_undone_by_the_first_layer() {
    let file = load("tiny-module.pth");
    let numbers = assign(&tiny(), &read(&file).unwrap(), &[]).unwrap().numbers;
    let (mean, std) = ([0.49_f32, 0.48, 0.45], [0.25_f32, 0.24, 0.26]);
    let normalization =
        Normalization { mean: "0.49,0.48,0.45".parse().unwrap(), std: "0.25, 0.24, 0.26".parse().unwrap() };
    let mut folded = numbers.clone();
    normalization.fold(&tiny(), &mut folded);
    assert_eq!(numbers[1..], folded[1..], "only the first layer sees pixels");

    let (device, pixels) = (Device::flex(), load("tiny.images"));
    let feature_map = |numbers: &[_], images| {
        let encoder = Encoder::new(&tiny(), &device).with_numbers(numbers);
        encoder.forward(images).feature_map.try_to_vec_as::<f32>().unwrap()
    };
    let found = feature_map(&folded, images_to_tensor(&pixels, tiny().input, &device));
    let normalized =
        pixels.iter().enumerate().map(|(at, pixel)| (f32::from(*pixel) / 255.0 - mean[at % 3]) / std[at % 3]);
    let normalized = TensorData::new(normalized.collect::<Vec<f32>>(), [3, 12, 12, 3]);
    let expected = feature_map(&numbers, Tensor::<4>::from_data(normalized, &device).permute([0, 3, 1, 2]));
    // Cells of 6x6 whose windows reach no padding, and those that do.
    let is_inside = |cell: usize| (1..5).contains(&(cell / 6)) && (1..5).contains(&(cell % 6));
    let differences = found.iter().zip(&expected).enumerate().map(|(at, (a, b))| (is_inside(at % 36), (a - b).abs()));
    let largest = |inside: bool| {
        differences.clone().filter(|(is, _)| *is == inside).map(|(_, difference)| difference).fold(0.0, f32::max)
    };
    assert!(largest(true) <= 1e-4, "{}", largest(true));
    assert!((0.01..0.5).contains(&largest(false)), "{}: what the documentation says of the border", largest(false));
    assert!((normalization.at_the_border(3) - (128.0 / 255.0 - 0.45) / 0.26).abs() < 1e-12);
}
