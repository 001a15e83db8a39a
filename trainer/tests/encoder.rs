//! The networks that presets make: the same numbers for the same seed, the shapes and receptive fields of their
//! description.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

use std::sync::{Mutex, MutexGuard, PoisonError};

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor};
use dim_trainer::architecture::{Architecture, Preset};
use dim_trainer::model::{Encoder, images_to_tensor, initialize};
use dim_trainer::settings::TrainConfig;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

/// burn draws from one generator per process, and only when a number is looked at.
fn alone() -> MutexGuard<'static, ()> {
    static GENERATOR: Mutex<()> = Mutex::new(());
    GENERATOR.lock().unwrap_or_else(PoisonError::into_inner)
}

/// All numbers of a network, in the order in which they are drawn.
struct Numbers(Vec<f32>);

impl ModuleVisitor for Numbers {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        self.0.extend(parameter.val().try_to_vec_as::<f32>().unwrap());
    }
}

fn numbers(encoder: &Encoder) -> Vec<f32> {
    let mut numbers = Numbers(Vec::new());
    encoder.visit(&mut numbers);
    numbers.0
}

#[test]
fn a_seed_gives_the_networks_that_it_always_gave() {
    let _alone = alone();
    for (preset, expected) in [
        (Preset::Conv28, "21d73ace667dcee7"),
        (Preset::Conv32, "66684660fa74bcf0"),
        (Preset::Edge28, "77b2b0066ef35913"),
    ] {
        let config = TrainConfig { encoder: preset.architecture(), seed: 7, ..TrainConfig::default() };
        let (networks, _) = initialize(&config, 0, &Device::flex());
        let bytes: Vec<u8> = numbers(&networks.encoder).iter().flat_map(|x| x.to_le_bytes()).collect();
        let hash: String = Sha256::digest(&bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, expected, "{preset:?}");
    }
}

#[test]
fn networks_have_the_parameters_and_shapes_of_their_description() {
    let _alone = alone();
    for preset in Preset::all() {
        let architecture = preset.architecture();
        let device = Device::flex();
        let encoder = Encoder::new(&architecture, &device);
        // Running means and variances are not learned.
        let normed = architecture.layers.iter().zip(architecture.shapes()).filter(|(layer, _)| layer.norm);
        let running: usize = normed.map(|(_, [channels, ..])| 2 * channels).sum();
        assert_eq!(encoder.num_params(), architecture.parameters() + running, "{}", architecture.name);

        let outputs = encoder.forward_layers(images(&architecture, 2, &device));
        for (output, extent) in outputs.iter().zip(architecture.extents()) {
            let [height, width, channels] =
                [extent.shape.height, extent.shape.width, extent.shape.channels].map(usize::from);
            assert_eq!(output.dims(), [2 * extent.crops, channels, height, width], "{}", architecture.name);
        }
        let output = encoder.forward(images(&architecture, 2, &device));
        let width = |tap: usize| architecture.shapes()[tap].iter().product();
        let last = architecture.layers.len() - 1;
        let conv = output.conv.flatten::<2>(1, 3);
        let found = [conv.dims(), output.fc.dims(), output.embedding.dims()];
        let expected = [architecture.conv, architecture.fc, last].map(|tap| [2, width(tap)]);
        assert_eq!(found, expected, "{}", architecture.name);
    }
}

fn images(Architecture { input, .. }: &Architecture, batch: usize, device: &Device) -> Tensor<4> {
    let mut random = StdRng::seed_from_u64(1);
    let pixels: Vec<u8> = (0..batch as u64 * input.elements()).map(|_| random.random()).collect();
    images_to_tensor(&pixels, *input, device)
}

/// Changes one row of pixels at a time, around the edges of what a cell in the middle of the map sees.
#[test]
fn a_cell_sees_the_rows_of_its_receptive_field_and_no_others() {
    let _alone = alone();
    for preset in Preset::all() {
        let whole = preset.architecture();
        let [field, _] = whole.receptive_fields()[whole.feature_map];
        let [_, cells, columns] = whole.shapes()[whole.feature_map];
        let layers = whole.layers[..=whole.feature_map].to_vec();
        let architecture = Architecture { layers, conv: whole.feature_map, fc: whole.feature_map, ..whole };
        let device = Device::flex();
        let encoder = Encoder::new(&architecture, &device);

        let image = images(&architecture, 1, &device);
        let [_, channels, height, width] = image.dims();
        let changed = |row: usize| {
            let slices = [0..1, 0..channels, row..row + 1, 0..width];
            image.clone().slice_assign(slices.clone(), -image.clone().slice(slices) + 0.1)
        };
        let cell = cells / 2;
        let first = field.start + (cell * field.stride).cast_signed();
        let end = first + field.size.cast_signed();
        let edges = [first - 1, first, (first + end) / 2, end - 1, end];
        let rows: Vec<usize> = edges.into_iter().filter_map(|row| usize::try_from(row).ok()).collect();
        let rows: Vec<usize> = rows.into_iter().filter(|row| *row < height).collect();
        let batch = std::iter::once(image.clone()).chain(rows.iter().copied().map(changed)).collect();
        let maps = encoder.forward(Tensor::cat(batch, 0)).feature_map;

        let cells = maps.narrow(2, cell, 1).narrow(3, columns / 2, 1).flatten::<2>(1, 3);
        let difference = (cells.clone().narrow(0, 1, rows.len()) - cells.narrow(0, 0, 1)).abs().sum_dim(1);
        let difference = difference.try_to_vec_as::<f32>().unwrap();
        for (row, difference) in rows.into_iter().zip(difference) {
            let expected = (first..end).contains(&row.cast_signed());
            assert_eq!(difference > 0.0, expected, "{} {field:?} row {row}", architecture.name);
        }
    }
}
