//! The GPU path against the CPU: with the feature `wgpu` or `vulkan`, on the first device, which may be software.
#![cfg(any(feature = "wgpu", feature = "vulkan"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use burn::tensor::{Device, FloatDType};
use dim_host::data::{Dataset, embedded};
use dim_trainer::architecture::Preset;
use dim_trainer::device;
use dim_trainer::evaluation::float_representations;
use dim_trainer::quantize::{Observer, calibrate};
use dim_trainer::settings::{Precision, PriorUpdates, TrainConfig};
use dim_trainer::training::{Metrics, Outcome, Run, Silent, train};

/// What computes beside the CPU.
const GPU: &str = if cfg!(feature = "wgpu") { "wgpu" } else { "vulkan" };

const STEPS_AN_EPOCH: usize = 3;

fn dataset(config: &TrainConfig) -> Dataset {
    let mut dataset = embedded::fashion_mnist_subset().unwrap();
    dataset.limit_training(STEPS_AN_EPOCH * config.batch_size);
    dataset.test.truncate(16);
    dataset
}

/// Trains up to the settings' last epoch, from the checkpoint if there is one.
fn learn(run: &Run, device: &Device) -> Vec<Metrics> {
    let devices = vec![device.clone(); run.config.shards];
    let outcome = train(run, &dataset(&run.config), &devices, &mut Silent, &AtomicBool::new(false)).unwrap();
    assert!(matches!(outcome, Outcome::Finished(_)));
    run.metrics().unwrap()
}

/// The same run with one epoch more.
fn go_on(folder: &Path, copy: &Path) -> Run {
    fs::create_dir_all(copy).unwrap();
    for file in ["config.toml", "dataset.json", "metrics.jsonl", "checkpoint.tar"] {
        fs::copy(folder.join(file), copy.join(file)).unwrap();
    }
    let mut run = Run::open(copy).unwrap();
    run.config.epochs += 1;
    run
}

/// An epoch on the CPU, which both then start from: devices draw weights of their own.
fn assert_losses_are_those_of_the_cpu(config: TrainConfig) {
    let [cpu, gpu] = ["cpu", GPU].map(|name| device::open(name).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let objective = config.objective();
    let run = Run::create(&path("start"), config.clone(), &dataset(&config)).unwrap();
    learn(&run, &cpu);
    let on_cpu = go_on(&path("start"), &path("cpu"));
    let on_gpu = go_on(&path("start"), &path("gpu"));
    let [expected, found] = [learn(&on_cpu, &cpu), learn(&on_gpu, &gpu)];
    assert_eq!((expected.len(), found.len()), (2 * STEPS_AN_EPOCH, 2 * STEPS_AN_EPOCH));
    for (expected, found) in expected.iter().zip(&found) {
        let parts = |metrics: &Metrics| {
            let Metrics { loss, prior, discriminator, .. } = *metrics;
            [Some(loss), metrics.information(), prior, discriminator]
        };
        for (expected, found) in parts(expected).into_iter().flatten().zip(parts(found).into_iter().flatten()) {
            assert!((expected - found).abs() < 1e-3, "{objective}: {expected} on the CPU, {found} on the GPU");
        }
    }

    // What is computed of the trained encoder, from the GPU's checkpoint.
    let data = dataset(&config);
    let encoders = [&cpu, &gpu].map(|device| (on_gpu.encoder(device).unwrap(), device));
    let [expected, found] =
        encoders.each_ref().map(|(encoder, device)| float_representations(encoder, &data.test, device));
    for (expected, found) in expected.iter().zip(&found) {
        let largest = expected.values.iter().fold(1.0_f32, |max, value| max.max(value.abs()));
        assert_eq!(expected.values.len(), found.values.len());
        let differ = expected.values.iter().zip(&found.values).any(|(a, b)| (a - b).abs() > 1e-3 * largest);
        assert!(!differ, "{objective}: representations differ");
    }
    let [expected, found] = encoders.map(|(encoder, device)| {
        let ranges = calibrate(&encoder, &data.test, Observer::Minmax, device);
        ranges.iter().map(|range| range.quantization().scale).collect::<Vec<_>>()
    });
    for (expected, found) in expected.iter().zip(&found) {
        assert!((expected / found - 1.0).abs() < 1e-3, "{objective}: scales {expected} {found}");
    }
}

fn config(preset: Preset) -> TrainConfig {
    TrainConfig { encoder: preset.architecture(), epochs: 1, batch_size: 4, critic_units: 32, ..TrainConfig::default() }
}

#[test]
fn local_deep_infomax_with_prior_matching() {
    assert_losses_are_those_of_the_cpu(config(Preset::Edge28));
}

#[test]
fn the_papers_encoder() {
    assert_losses_are_those_of_the_cpu(config(Preset::Conv28));
}

#[test]
fn global_and_local_with_all_that_can_be_added_in_two_shards() {
    assert_losses_are_those_of_the_cpu(TrainConfig {
        alpha: 0.5,
        coordinates: 0.1,
        relative_coordinates: 0.1,
        occlusion: 0.5,
        gradient_penalty: 0.1,
        critic_chunk: 2,
        shards: 2,
        prior_updates: PriorUpdates::Alternating,
        ..config(Preset::Edge28)
    });
}

#[test]
fn bf16_is_computed_or_refused_by_name() {
    let gpu = device::open(GPU).unwrap();
    let config = TrainConfig { precision: Precision::Bf16, ..config(Preset::Edge28) };
    let folder = tempfile::tempdir().unwrap();
    let data = dataset(&config);
    let run = Run::create(&folder.path().join("run"), config, &data).unwrap();
    let outcome = train(&run, &data, std::slice::from_ref(&gpu), &mut Silent, &AtomicBool::new(false));
    if gpu.supports_dtype(FloatDType::BF16) {
        outcome.unwrap();
    } else {
        let error = outcome.unwrap_err().to_string();
        assert!(error.starts_with("precision = \"bf16\"") && error.contains("set precision = \"f32\""), "{error}");
    }
}

#[test]
fn a_device_that_is_not_there_is_refused_by_number() {
    let error = device::open(&format!("{GPU}:1000")).unwrap_err().to_string();
    assert!(error.starts_with(&format!("--device {GPU}:1000: this machine has {GPU}:0 to ")), "{error}");
}
