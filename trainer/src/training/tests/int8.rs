//! What is trained is what the device computes: every tap, of every image, to the bit.

use std::sync::atomic::AtomicBool;

use dim_conformance::oracle;
use dim_host::data::{Dataset, Images};
use dim_model_format::{Model, Shape, TapKind};
use rand::{Rng, RngCore};

use super::*;
use crate::model::{Behind, EncoderOutput, LayerNumbers, images_to_tensor};
use crate::quantize::{DeviceArithmetic, Observer, QuantizeOptions, calibrate, quantize};
use crate::settings::{Arithmetic, Integers};
use crate::training::{Run, Silent, checkpoint, train};

const BATCH: usize = 4;

/// Blocks of random brightness with noise: three batches of images.
fn dataset(shape: Shape) -> Dataset {
    let mut random = StdRng::seed_from_u64(8);
    let mut images = |count: usize| {
        let mut pixels = Vec::new();
        for _ in 0..count {
            let blocks: [u8; 16] = random.random();
            for y in 0..usize::from(shape.height) {
                for x in 0..usize::from(shape.width) {
                    for _ in 0..shape.channels {
                        pixels.push(blocks[y / 8 * 4 + x / 8] / 2 + (random.next_u32() % 128) as u8);
                    }
                }
            }
        }
        Images { shape, pixels, labels: None }
    };
    let (train, test) = (images(3 * BATCH), images(5));
    Dataset { name: "blocks".to_owned(), classes: Vec::new(), train, unlabelled: Images::none(shape), test }
}

/// Trains a run for an epoch, or on to its next.
fn learn(run: &Run, dataset: &Dataset, device: &Device) {
    train(run, dataset, std::slice::from_ref(device), &mut Silent, &AtomicBool::new(false)).unwrap();
}

/// Numbers of `[batch, channels, height, width]` in the device's order.
fn channels_last(tensor: Tensor<2>, [channels, height, width]: [usize; 3]) -> Vec<u32> {
    let [batch, _] = tensor.dims();
    let tensor = tensor.reshape([batch, channels, height, width]).permute([0, 2, 3, 1]);
    tensor.try_to_vec_as::<f32>().unwrap().into_iter().map(f32::to_bits).collect()
}

#[test]
fn what_is_trained_is_what_the_device_computes() {
    for (preset, arithmetic) in [
        (Preset::Edge28, Arithmetic::Int8),
        (Preset::Edge28Depthwise, Arithmetic::Int8SingleRounding),
        (Preset::Resnet8, Arithmetic::Int8),
        (Preset::Edge28, Arithmetic::Int4),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let device = Device::flex();
        let config = TrainConfig { encoder: preset.architecture(), epochs: 1, batch_size: BATCH, ..config() };
        let dataset = dataset(preset.architecture().input);
        let trained = Run::create(&folder.path().join("float"), config.clone(), &dataset).unwrap();
        learn(&trained, &dataset, &device);
        let ranges =
            calibrate(&trained.encoder(&device).unwrap(), &dataset.train.first(BATCH), Observer::Minmax, &device);
        let config = TrainConfig { arithmetic, ..config };
        let out = folder.path().join("int8");
        let run = Run::fine_tune(&out, &trained, config.clone(), &dataset, ranges, &device).unwrap();
        learn(&run, &dataset, &device);

        // As the next step would compute, on images that it has not seen.
        let run = Run::open(&out).unwrap();
        let (networks, discriminator) = run.initialize(&device.clone().autodiff());
        let learner = Learner::new(networks, discriminator, &config, dataset.training_len());
        let (learner, _) = checkpoint::load(&run.checkpoint_path(), learner).unwrap();
        let on_device = run.device_arithmetic().unwrap().unwrap().lower(&learner.networks.encoder).unwrap();
        let images = images_to_tensor(&dataset.test.pixels, dataset.test.shape, &device.clone().autodiff());
        let seen = Seen { images: images.clone(), indices: Vec::new(), classes: None };
        let random = &mut StdRng::seed_from_u64(0);
        let EncoderOutput { feature_map, conv, fc, embedding, .. } =
            Forward::new(&learner.networks, seen, Some(&on_device), &config, random).output;

        // Rounding is the run's own, whatever is asked for.
        let encoder = run.encoder(&device).unwrap();
        let file = quantize(&run.provenance().unwrap(), &encoder, None, &dataset, QuantizeOptions::default(), &device)
            .unwrap();
        let model = Model::parse(&file).unwrap();
        assert_eq!(Some(model.graph().rounding), arithmetic.integers().map(|integers| integers.rounding));
        assert!(model.about().objective.contains("int8 arithmetic"), "{}", model.about().objective);
        assert_eq!(model.about().epochs, 2);

        let architecture = preset.architecture();
        let shapes = architecture.shapes();
        let float = learner.networks.encoder.valid().forward(images.inner());
        for (kind, layer, trained, float) in [
            (TapKind::FeatureMap, architecture.feature_map, feature_map.flatten(1, 3), float.feature_map.flatten(1, 3)),
            (TapKind::Conv, architecture.conv, conv.flatten(1, 3), float.conv.flatten(1, 3)),
            (TapKind::Fc, architecture.fc, fc, float.fc),
            (TapKind::Embedding, shapes.len() - 1, embedding, float.embedding),
        ] {
            let tensor = usize::from(model.tap(kind).unwrap().0);
            let quantization = model.tensors().nth(tensor).unwrap().quantization;
            let device: Vec<u32> = (0..dataset.test.len())
                .flat_map(|index| oracle::run(&model, dataset.test.image(index))[tensor].values.clone())
                .map(|code| quantization.scale * (i32::from(code) - i32::from(quantization.zero_point)) as f32)
                .map(f32::to_bits)
                .collect();
            let name = &architecture.name;
            assert!(channels_last(trained, shapes[layer]) == device, "{name} {kind:?}");
            assert!(channels_last(float, shapes[layer]) != device, "{name} {kind:?}: floats give the same");
        }

        // It has learned.
        let [before, after] = [&trained, &run].map(|run| run.encoder(&device).unwrap().export());
        assert!(
            before.filters.iter().zip(&after.filters).all(|(a, b)| a.is_none() || a != b),
            "a layer learned nothing"
        );
    }
}

#[test]
fn a_weight_that_is_no_number_stops_the_run() {
    let device = Device::flex().autodiff();
    let (networks, _) = initialize(&config(), 0, &device);
    let broken = networks.encoder.export();
    let numbers: Vec<_> = broken
        .filters
        .iter()
        .map(|filter| {
            filter.as_ref().map(|filter| {
                let behind = Behind::Bias(filter.bias.clone());
                LayerNumbers { weights: vec![f32::NAN; filter.weights.len()], behind }
            })
        })
        .collect();
    let ranges = vec![crate::quantize::Range { min: -1.0, max: 1.0 }; numbers.len()];
    let arithmetic = DeviceArithmetic { ranges, integers: Integers::default() };
    assert!(arithmetic.lower(&networks.encoder).is_ok());
    let error = arithmetic.lower(&networks.encoder.with_numbers(&numbers)).unwrap_err().to_string();
    assert!(error.contains("not a number") && error.contains("learning_rate"), "{error}");
}
