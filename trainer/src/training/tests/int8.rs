//! What is trained is what the device computes: every tap, of every image, to the bit.

use std::sync::atomic::AtomicBool;

use dim_conformance::oracle;
use dim_host::data::{Dataset, Images};
use dim_host::representation::{encode_all, real};
use dim_model_format::{Model, Node, Shape, TapKind};
use rand::{Rng, RngCore};

use super::*;
use crate::architecture::Architecture;
use crate::model::{Behind, EncoderOutput, LayerNumbers, images_to_tensor};
use crate::quantize::{DeviceArithmetic, Observer, QuantizeOptions, calibrate, quantize};
use crate::settings::{Arithmetic, Integers};
use crate::training::{EncoderWeights, Run, Silent, checkpoint, train};

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
        let on_device = run
            .device_arithmetic(EncoderWeights::Last)
            .unwrap()
            .unwrap()
            .lower(&learner.networks.encoder.valid())
            .unwrap();
        let images = images_to_tensor(&dataset.test.pixels, dataset.test.shape, &device.clone().autodiff());
        let seen = Seen { images: images.clone(), indices: Vec::new(), classes: None };
        let random = &mut StdRng::seed_from_u64(0);
        let EncoderOutput { feature_map, conv, fc, embedding, .. } =
            Forward::new(&learner.networks, seen, Some(&on_device), &config, random).output;

        // Rounding is the run's own, whatever is asked for.
        let encoder = run.encoder(&device).unwrap();
        let file = quantize(
            &run.provenance(EncoderWeights::Last).unwrap(),
            &encoder,
            None,
            &dataset,
            QuantizeOptions::default(),
            &device,
        )
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
    let arithmetic = DeviceArithmetic::new(ranges, Integers::default());
    assert!(arithmetic.lower(&networks.encoder.valid()).is_ok());
    let error = arithmetic.lower(&networks.encoder.valid().with_numbers(&numbers)).unwrap_err().to_string();
    assert!(error.contains("not a number") && error.contains("learning_rate"), "{error}");
}

/// Four numbers of an image of 8x8, so that few images make them white.
const SMALL: &str = r#"
name = "small"
input = [8, 8, 1]
layers = [
    { name = "map", conv = { channels = 8, kernel = 3, stride = 2, padding = 1 } },
    { name = "fc", linear = 16, relu = true },
    { linear = 4 },
]
taps = { feature_map = "map", conv = "map", fc = "fc" }
"#;

#[test]
fn embeddings_of_a_fine_tuned_encoder_are_white_on_the_device() {
    let (folder, device) = (tempfile::tempdir().unwrap(), Device::flex());
    let encoder = Architecture::from_toml(SMALL).unwrap();
    let mut random = StdRng::seed_from_u64(4);
    // Larger than what the encoder takes, so that its middle is what counts.
    let shape = Shape { height: 10, width: 10, channels: 1 };
    let mut images = |count: usize| {
        let pixels = (0..count).flat_map(|_| {
            let [level, contrast]: [u8; 2] = random.random();
            (0..100).map(|_| level / 2 + (random.next_u32() % 128) as u8 / (1 + contrast / 64)).collect::<Vec<_>>()
        });
        Images { shape, pixels: pixels.collect(), labels: None }
    };
    let (train, test) = (images(200), images(5));
    let dataset =
        Dataset { name: "levels".to_owned(), classes: Vec::new(), train, unlabelled: Images::none(shape), test };
    let config = TrainConfig { encoder, epochs: 1, batch_size: BATCH, whitening: true, ..config() };
    let trained = Run::create(&folder.path().join("float"), config.clone(), &dataset).unwrap();
    learn(&trained, &dataset, &device);
    let seen = dataset.train.first(100).centre_cropped(config.encoder.input);
    let (last, _) = trained.encoder_with(Some(EncoderWeights::Last), &device).unwrap();
    let ranges = calibrate(&last, &seen, Observer::Minmax, &device);
    let config = TrainConfig { arithmetic: Arithmetic::Int4, ..config };
    let out = folder.path().join("int4");
    let run = Run::fine_tune(&out, &trained, config.clone(), &dataset, ranges, &device).unwrap();
    learn(&run, &dataset, &device);

    let run = Run::open(&out).unwrap();
    let (_, weights) = run.encoder_with(None, &device).unwrap();
    assert_eq!(weights, EncoderWeights::Whitened);
    let train = dataset.train.clone().centre_cropped(config.encoder.input);
    let cropped = Dataset { train, ..dataset.clone() };
    let quantized = |weights: EncoderWeights| {
        let (encoder, _) = run.encoder_with(Some(weights), &device).unwrap();
        quantize(&run.provenance(weights).unwrap(), &encoder, None, &cropped, QuantizeOptions::default(), &device)
            .unwrap()
    };
    let is_of_four_bits = |file: &[u8]| {
        let model = Model::parse(file).unwrap();
        model.layers().map(|(node, _)| matches!(node, Node::Int4FullyConnected { .. })).collect::<Vec<_>>()
    };
    let white = quantized(EncoderWeights::Whitened);
    assert_eq!(is_of_four_bits(&white), [false, true, false]);
    assert_eq!(is_of_four_bits(&quantized(EncoderWeights::Last)), [false, true, true]);

    let model = Model::parse(&white).unwrap();
    let embeddings = encode_all(&model, &cropped.train, |output| real(output.embedding())).unwrap();
    for (i, j) in (0..4).flat_map(|i| (0..4).map(move |j| (i, j))) {
        let moment = embeddings.iter().map(|of| of[i] * of[j]).sum::<f32>() / embeddings.len() as f32;
        let expected = if i == j { 1.0 } else { 0.0 };
        assert!((moment - expected).abs() < 0.05, "{i} {j}: {moment}");
        let mean = embeddings.iter().map(|of| of[i]).sum::<f32>() / embeddings.len() as f32;
        assert!(mean.abs() < 0.05, "{i}: {mean}");
    }
}
