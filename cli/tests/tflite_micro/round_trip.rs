//! What `export` writes, `import` reads back: the same encoder, to the bit.

use dim_conformance::oracle;
use dim_model_format::{About, Model, Shape, TapKind};
use dim_tflite::{Imported, export, import};
use dim_trainer::architecture::Preset;
use dim_trainer::device;
use dim_trainer::model::Encoder;
use dim_trainer::quantize::{DeviceArithmetic, Range, lower};
use dim_trainer::settings::Integers;

use crate::graphs::{Draw, graph};

const GRAPHS: usize = 400;

fn round_trip(file: &[u8]) -> Imported {
    import(&export(&Model::parse(file).unwrap()).unwrap(), About::named("back")).unwrap()
}

/// Random weights, and ranges that make zero points other than 0 and -128.
#[test]
fn every_preset_comes_back_with_its_identity() {
    let device = device::open("cpu").unwrap();
    let architectures = Preset::all().iter().map(|preset| preset.architecture());
    let mut count = 0;
    for architecture in architectures.filter(|architecture| architecture.check_operators().is_ok()) {
        let ranges = (1..=architecture.layers.len())
            .map(|layer| Range { min: -0.1 * (layer % 3) as f32, max: 1.0 + 0.37 * layer as f32 })
            .collect();
        let arithmetic = DeviceArithmetic::new(ranges, Integers::default());
        let encoder = Encoder::new(&architecture, &device).export();
        let file = lower(&encoder, &arithmetic, None, About::named(&architecture.name)).unwrap();
        let back = round_trip(&file);
        let [model, imported] = [&file, &back.file].map(|file| Model::parse(file).unwrap());
        assert_eq!(imported.identity(), model.identity(), "{}", architecture.name);
        assert!(back.left_out.is_empty(), "{:?}", back.left_out);
        count += 1;
    }
    assert!(count >= 9, "{count}");
}

/// Graphs may say the same in several ways, of which one comes back: padding that no window reaches is left out, and a
/// depthwise convolution of one channel becomes a convolution. The numbers are the same.
#[test]
fn random_graphs_come_back_with_their_outputs() {
    let mut draw = Draw::new(11);
    let mut identical = 0;
    for _ in 0..GRAPHS {
        let (shape, file) = graph(&mut draw);
        let back = round_trip(&file);
        let [model, imported] = [&file, &back.file].map(|file| Model::parse(file).unwrap());
        let pixels = draw.pixels(shape);
        let [expected, found] = [&model, &imported].map(|model| taps(model, &pixels));
        assert_eq!(found, expected);
        identical += usize::from(model.identity() == imported.identity());
    }
    // Half of the graphs are not paired, which imported ones always are.
    println!("{identical} of {GRAPHS} graphs have the same identity");
    assert!(identical > GRAPHS / 10, "{identical}");
}

/// Kind, shape and values of every tap.
fn taps(model: &Model<'_>, pixels: &[u8]) -> Vec<(TapKind, Shape, Vec<i8>)> {
    let tensors = oracle::run(model, pixels);
    let tapped = model.taps().map(|tap| (tap.kind, &tensors[usize::from(tap.tensor.0)]));
    tapped.map(|(kind, tensor)| (kind, tensor.shape, tensor.values.clone())).collect()
}
