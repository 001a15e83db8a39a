//! Encoders that TOSA cannot express to the bit are refused by name.

use std::process::Command;

use dim_model_format::{
    About, Add, Clamp, Filter, Model, ModelBuilder, Quantization, Rescale, Shape, TapKind, TensorId, Window,
};
use dim_tosa::{ExportError, Inexpressible, export};

const OUTPUT: Quantization = Quantization { scale: 1.0 / 128.0, zero_point: 3 };

/// A convolution whose second channel has this bias and factor.
fn conv2d(bias: i32, rescale: Rescale) -> Vec<u8> {
    let filter = Filter {
        weights: vec![1; 4],
        bias: vec![0, bias],
        multiplier: vec![1 << 30, rescale.multiplier],
        shift: vec![1, rescale.shift],
    };
    let mut builder = ModelBuilder::new(About::named("one layer"), Shape::new(4, 4, 2));
    let output = builder.conv2d(builder.input(), Window::square(1, 1, 0), Clamp::NONE, &filter, OUTPUT);
    builder.tap(TapKind::Embedding, output);
    builder.finish().unwrap()
}

fn add(left_shift: u8) -> Vec<u8> {
    let half = Rescale { multiplier: 1 << 30, shift: 0 };
    let output_rescale = Rescale { multiplier: 1 << 30, shift: -18 };
    let op = Add { inputs: [TensorId(0); 2], left_shift, input_rescale: [half; 2], output_rescale, clamp: Clamp::NONE };
    let mut builder = ModelBuilder::new(About::named("one layer"), Shape::new(4, 4, 2));
    let output = builder.add(op, OUTPUT);
    builder.tap(TapKind::Embedding, output);
    builder.finish().unwrap()
}

fn reason(file: &[u8]) -> Option<Inexpressible> {
    match export(&Model::parse(file).unwrap()) {
        Ok(_) => None,
        Err(ExportError::Layer { layer: 0, reason, .. }) => Some(reason),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn what_tosa_does_not_define_is_refused() {
    let factor = |shift| Rescale { multiplier: 1 << 30, shift };
    // Two products of at most 255, and the bias.
    let most = (1 << 30) - 1 - 510;
    assert_eq!(reason(&conv2d(most, factor(0))), None);
    let refused = Inexpressible::Range { channel: 1, largest: 1 << 30, bits: 30 };
    assert_eq!(reason(&conv2d(most + 1, factor(0))), Some(refused));
    assert_eq!(reason(&conv2d(i32::MAX - 2 * 255 * 128, factor(-1))), None);
    assert_eq!(reason(&conv2d(0, factor(30))), Some(Inexpressible::Shift { channel: 1, shift: 30 }));
    assert_eq!(reason(&conv2d(0, Rescale { multiplier: 0, shift: 30 })), None);
    assert_eq!(reason(&add(21)), None);
    assert_eq!(reason(&add(22)), Some(Inexpressible::Range { channel: 0, largest: 255, bits: 7 }));
}

#[test]
fn a_refused_export_names_file_layer_and_reason_and_writes_nothing() {
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("odd.dim"), add(22)).unwrap();
    let arguments = ["export", "odd.dim", "--format", "tosa", "--out", "odd.tosa"];
    let output = Command::new(env!("CARGO_BIN_EXE_dim")).args(arguments).current_dir(place.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(errors.lines().count(), 1, "{errors}");
    for word in ["odd.dim", "layer 0, add", "may reach 255"] {
        assert!(errors.contains(word), "{errors}");
    }
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1);
}
