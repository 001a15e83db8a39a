//! Encoders that `TFLite` cannot express to the bit are refused by name.

use std::process::Command;

use dim_model_format::{
    About, Add, Clamp, Filter, Model, ModelBuilder, Padding, Pool2d, Quantization, Rescale, Shape, TapKind, TensorId,
    Window,
};
use dim_tflite::{ExportError, Inexpressible, export};

const OUTPUT: Quantization = Quantization { scale: 1.0 / 128.0, zero_point: 3 };

/// An encoder of one layer on an image of 4x4 with two channels.
fn layer(append: impl FnOnce(&mut ModelBuilder<'_>) -> TensorId) -> Vec<u8> {
    let mut builder = ModelBuilder::new(About::named("one layer"), Shape::new(4, 4, 2));
    let output = append(&mut builder);
    builder.tap(TapKind::Embedding, output);
    builder.finish().unwrap()
}

/// A convolution of one element, with these factors and this activation.
fn conv2d(rescale: Rescale, clamp: Clamp) -> Vec<u8> {
    let filter = Filter {
        weights: vec![1; 4],
        bias: vec![0; 2],
        multiplier: vec![1 << 30, rescale.multiplier],
        shift: vec![1, rescale.shift],
    };
    layer(|builder| builder.conv2d(builder.input(), Window::square(1, 1, 0), clamp, &filter, OUTPUT))
}

fn average_pool2d(padding: Padding) -> Vec<u8> {
    let window = Window { padding, ..Window::square(3, 1, 0) };
    layer(|builder| builder.average_pool2d(Pool2d { input: builder.input(), window, clamp: Clamp::NONE }))
}

fn add(left_shift: u8, multiplier: i32) -> Vec<u8> {
    let half = Rescale { multiplier: 1 << 30, shift: 0 };
    let op = Add {
        inputs: [TensorId(0); 2],
        left_shift,
        input_rescale: [half, Rescale { multiplier, ..half }],
        output_rescale: Rescale { multiplier: 1 << 30, shift: -18 },
        clamp: Clamp::NONE,
    };
    layer(|builder| builder.add(op, OUTPUT))
}

fn reason(file: &[u8]) -> Option<Inexpressible> {
    match export(&Model::parse(file).unwrap()) {
        Ok(_) => None,
        Err(ExportError::Layer { layer: 0, reason, .. }) => Some(reason),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn what_cannot_be_said_exactly_is_refused() {
    let one = Rescale { multiplier: 1 << 30, shift: 1 };
    assert_eq!(reason(&conv2d(one, Clamp::NONE)), None);
    let between = Rescale { multiplier: (1 << 30) + 1, shift: 1 };
    let refused = Inexpressible::Factor { channel: 1, rescale: between };
    assert_eq!(reason(&conv2d(between, Clamp::NONE)), Some(refused));
    let overflowing = Rescale { multiplier: 1 << 30, shift: 23 };
    let refused = Inexpressible::LeftShift { channel: 1, shift: 23 };
    assert_eq!(reason(&conv2d(overflowing, Clamp::NONE)), Some(refused));
    let clamp = Clamp { min: 4, max: 127 };
    assert_eq!(reason(&conv2d(one, clamp)), Some(Inexpressible::Activation(clamp)));

    assert_eq!(reason(&average_pool2d(Padding::all(1))), None);
    let padding = Padding { top: 2, left: 0, bottom: 0, right: 1 };
    assert_eq!(reason(&average_pool2d(padding)), Some(Inexpressible::Padding(padding)));

    assert_eq!(reason(&add(20, 1 << 30)), None);
    assert_eq!(reason(&add(19, 1 << 30)), Some(Inexpressible::SumFactors));
    assert_eq!(reason(&add(20, (1 << 30) + 1)), Some(Inexpressible::SumFactors));
}

#[test]
fn a_refused_export_names_file_layer_and_reason_and_writes_nothing() {
    let place = tempfile::tempdir().unwrap();
    let padding = Padding { top: 2, left: 0, bottom: 0, right: 1 };
    std::fs::write(place.path().join("odd.dim"), average_pool2d(padding)).unwrap();
    let arguments = ["export", "odd.dim", "--format", "tflite", "--out", "odd.tflite"];
    let output = Command::new(env!("CARGO_BIN_EXE_dim")).args(arguments).current_dir(place.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(errors.lines().count(), 1, "{errors}");
    for word in ["odd.dim", "layer 0, average_pool2d", "top 2, left 0, bottom 0, right 1"] {
        assert!(errors.contains(word), "{errors}");
    }
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1);
}
