//! On every Arm processor, nothing panics that parses a file and runs its encoder, whatever the file: an image in which
//! anything could is not linked.

use std::fs;
use std::process::{Command, Output};

use crate::{project, target_dir};

/// Builds `firmware-example/src/bin/minimal.rs` as `firmware-example/on` builds firmware.
fn build(processor: &str, settings: &[(&str, &str)]) -> Output {
    let file = fs::read_to_string(project("firmware-example/processors")).unwrap();
    let line = file.lines().find(|line| line.starts_with(&format!("{processor} "))).unwrap();
    let [_, target, cpu, _, _, _, board] = line.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{line}") };
    Command::new("cargo")
        .args(["build", "--quiet", "--release", "--locked", "--bin", "minimal", "--target", target])
        .current_dir(project("firmware-example"))
        .env("CARGO_TARGET_DIR", target_dir(processor))
        .env("DIM_BOARD", board)
        .env("RUSTFLAGS", format!("-C target-cpu={cpu}"))
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .envs(settings.iter().copied())
        .output()
        .unwrap()
}

#[test]
fn nothing_panics_on_any_arm_processor() {
    // On RISC-V the handler of panics is linked whether anything calls it or not.
    for processor in crate::processors().iter().filter(|processor| processor.starts_with("cortex")) {
        let output = build(processor, &[]);
        assert!(output.status.success(), "{processor}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn an_image_that_can_panic_is_not_linked() {
    let output = build("cortex-m3", &[("DIM_CAN_PANIC", "1")]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && errors.contains("undefined symbol: something_can_panic"), "{errors}");
}
