//! A program for GPUs on a machine that may have none: the CPU alone must do.
#![cfg(any(feature = "cuda", feature = "vulkan", feature = "wgpu"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

use std::sync::atomic::AtomicBool;

use dim_host::data::embedded;
use dim_trainer::architecture::Preset;
use dim_trainer::device;
use dim_trainer::settings::{PriorUpdates, TrainConfig};
use dim_trainer::training::{Outcome, Run, Silent, train};

/// burn takes its default device where it is not told another one, such as where an optimizer's record is loaded; the
/// default of these builds is a GPU.
#[test]
fn a_run_on_the_cpu_is_resumed_on_the_cpu() {
    let config = TrainConfig {
        encoder: Preset::Edge28.architecture(),
        epochs: 1,
        batch_size: 8,
        weight_average: 0.9,
        prior_updates: PriorUpdates::Alternating,
        ..TrainConfig::default()
    };
    let mut dataset = embedded::fashion_mnist_subset().unwrap();
    dataset.limit_training(2 * config.batch_size);
    let folder = tempfile::tempdir().unwrap();
    let cpu = [device::open("cpu").unwrap()];
    let learn = |run: &Run| train(run, &dataset, &cpu, &mut Silent, &AtomicBool::new(false)).unwrap();
    let mut run = Run::create(&folder.path().join("run"), config, &dataset).unwrap();
    assert!(matches!(learn(&run), Outcome::Finished(_)));
    run.config.epochs = 2;
    assert!(matches!(learn(&run), Outcome::Finished(_)));
    assert_eq!(run.metrics().unwrap().len(), 4);
}
