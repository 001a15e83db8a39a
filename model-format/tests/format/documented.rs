//! What `docs/FORMAT.md` says in bytes and numbers.

use dim_model_format::{
    About, Axis, Clamp, FORMAT_MAJOR, FORMAT_MINOR, Filter, Model, ModelBuilder, Padding, Preprocessing, Quantization,
    Rounding, Shape, TapKind, Window,
};

use crate::draft::records;
use crate::golden::FILE;
use crate::{concatenation, critic, int4, lookup, mean, mul, paired};

const DOCUMENT: &str = include_str!("../../FORMAT.md");

/// The model of the section "Worked example".
fn example() -> Vec<u8> {
    let about = About { producer: "by hand", epochs: 300, seed: 7, ..About::named("tiny") };
    let mut builder = ModelBuilder::new(about, Shape::new(2, 3, 1));
    let window = Window { kernel: [2, 2], stride: [1, 2], padding: Padding { right: 1, ..Padding::default() } };
    let filter = Filter {
        weights: vec![1, -2, 3, -4, 127, -128, 0, 5],
        bias: vec![-1, 70_000],
        multiplier: vec![1 << 30, 0x6000_0000],
        shift: vec![-7, -20],
    };
    let quantization = Quantization { scale: 0.5, zero_point: -128 };
    let map = builder.conv2d(builder.input(), window, Clamp { min: -128, max: 127 }, &filter, quantization);
    let filter = Filter { weights: vec![1, 2, -3, -4], bias: vec![256], multiplier: vec![1 << 30], shift: vec![-1] };
    let quantization = Quantization { scale: 3.0, zero_point: 2 };
    let y = builder.fully_connected(map, Clamp::NONE, &filter, quantization);
    builder.tap(TapKind::FeatureMap, map);
    builder.tap(TapKind::Embedding, y);
    builder.finish().unwrap()
}

/// The bytes of all hexdumps, which must follow each other.
///
/// A line is an offset, bytes, and what they mean, with two blanks between.
fn hexdump() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut inside = false;
    for line in DOCUMENT.lines() {
        if line.starts_with("```") {
            inside = line == "```hexdump";
        } else if inside && !line.is_empty() {
            let mut parts = line.split("  ");
            let offset = usize::from_str_radix(parts.next().unwrap(), 16).unwrap();
            assert_eq!(offset, bytes.len(), "{line}");
            bytes.extend(parts.next().unwrap().split(' ').map(|byte| u8::from_str_radix(byte, 16).unwrap()));
        }
    }
    bytes
}

#[test]
fn the_worked_example_is_what_the_writer_makes() {
    let documented = hexdump();
    assert_eq!(documented, example());
    assert!(DOCUMENT.contains(&format!("All {} bytes", documented.len())));
    assert!(Model::parse(&documented).is_ok());
}

#[test]
fn the_versions_are_those_of_the_reader() {
    assert!(DOCUMENT.contains(&format!("| minor version: 0 to {FORMAT_MINOR}, see")));
    let last = DOCUMENT.lines().rfind(|line| line.starts_with(&format!("| {FORMAT_MAJOR}."))).unwrap();
    assert!(last.starts_with(&format!("| {FORMAT_MAJOR}.{FORMAT_MINOR} |")), "{last}");
}

/// The number and the name of a variant, as a table states them.
fn states<T: serde::Serialize + std::fmt::Debug>(variant: T) {
    let debug = format!("{variant:?}");
    let name = debug.split('(').next().unwrap();
    let row = format!("| {} | `{name}` |", records(&[variant])[0]);
    assert!(DOCUMENT.contains(&row), "no row starts with {row}");
}

#[test]
fn the_numbers_of_operators_and_taps() {
    let model = Model::parse(FILE).unwrap();
    model.nodes().for_each(states);
    [paired::FILE, int4::FILE, mean::FILE, lookup::FILE, concatenation::FILE, mul::FILE]
        .into_iter()
        .flat_map(|file| Model::parse(file).unwrap().nodes())
        .for_each(states);
    model.taps().chain(Model::parse(critic::FILE).unwrap().taps()).for_each(|tap| states(tap.kind));
    let [double, single] = [Rounding::Double, Rounding::Single];
    let numbers = [double, single].map(|rounding| records(&[rounding])[0]);
    assert!(DOCUMENT.contains(&format!("enum | {} `{double:?}`, {} `{single:?}`", numbers[0], numbers[1])));
    for preprocessing in [Preprocessing::CenteredU8, Preprocessing::QuantizedU8, Preprocessing::LookupU8 { tables: 0 }]
    {
        let debug = format!("{preprocessing:?}");
        let name = debug.split(' ').next().unwrap();
        assert!(DOCUMENT.contains(&format!("; {} `{name}`: ", records(&[preprocessing])[0])), "{name}");
    }
}

#[test]
fn the_numbers_of_axes() {
    for (number, axis) in [Axis::Height, Axis::Width, Axis::Channels, Axis::Flat].into_iter().enumerate() {
        assert_eq!(records(&[axis]), [u8::try_from(number).unwrap()]);
        assert!(DOCUMENT.contains(&format!("{number} `{axis:?}`")), "{axis:?}");
    }
}

/// The examples of encodings.
#[test]
fn encodings() {
    assert_eq!(records(&[300_u32]), [0xac, 0x02]);
    assert_eq!(records(&[-2_i32]), [0x03]);
    assert_eq!(records(&[70_000_u32]), [0xf0, 0xa2, 0x04]);
    assert!(DOCUMENT.contains("300 is `ac 02`; -2 as an `i32` is `03`; 70000 as a `u32` is `f0 a2 04`."));
}
