//! Every preset that has a `.dim` file, with drawn weights, both roundings, and real images.

use std::fs;
use std::path::Path;

use dim_host::data::embedded;
use dim_model_format::{Model, Rounding};
use dim_tosa::export;

use crate::network::network;
use crate::reference::{Compared, ReferenceModel, output_bytes, write};

/// Compares so many images of each preset that they take at most so many multiplications, but one at least.
fn compare(most_images: usize, multiplications: u64) {
    let Some(reference) = ReferenceModel::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let presets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../trainer/src/architecture/presets");
    let pixels = embedded::fashion_mnist_subset().unwrap().test.pixels;
    let mut models = Vec::new();
    let mut expected = Compared { models: 0, images: 0, bytes: 0 };
    for entry in fs::read_dir(presets).unwrap() {
        let description = toml::from_str(&fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap();
        for rounding in [Rounding::Double, Rounding::Single] {
            let Some(file) = network(&description, rounding) else { continue };
            let model = Model::parse(&file).unwrap();
            let count = usize::try_from(multiplications / model.macs()).unwrap().clamp(1, most_images);
            let name = format!("{}-{rounding:?}", description["name"].as_str().unwrap());
            // Where a preset takes colours or signals, bytes of clothes in their place.
            let len = usize::try_from(model.input_shape().elements()).unwrap();
            let images = pixels.chunks_exact(len).cycle().take(count);
            models.push(write(folder.path(), &name, &export(&model).unwrap(), &file, images));
            expected.models += 1;
            expected.images += count;
            expected.bytes += count * output_bytes(&model);
        }
    }
    assert!(expected.models >= 30, "{models:?}");
    assert_eq!(reference.compare(&models), expected);
    println!("{expected:?}, no byte differs");
}

#[test]
fn every_preset_gives_the_same_bytes() {
    compare(10, 50_000_000);
}

#[test]
#[ignore = "long: 200 images of every preset, run before a release"]
fn every_preset_gives_the_same_bytes_for_200_images() {
    compare(200, u64::MAX);
}
