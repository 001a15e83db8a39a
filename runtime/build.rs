//! Chooses the kernels of the processor that is compiled for.
//!
//! Stable Rust does not tell a crate whether an Arm processor has the DSP extension, so the target and the
//! processor that rustc was given decide.

use std::env;

/// Armv8-M processors of which every one has the DSP extension, or most: the assembler refuses where it is absent.
const WITH_DSP: [&str; 4] = ["cortex-m33", "cortex-m35p", "cortex-m55", "cortex-m85"];

/// Processors with the vector extension.
const WITH_MVE: [&str; 2] = ["cortex-m55", "cortex-m85"];
/// Kernels, each by the name of its condition.
const KERNELS: [&str; 4] = ["dim_armv6m", "dim_armv7m", "dim_dsp", "dim_riscv32"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for condition in KERNELS.iter().chain(&["dim_armv8", "dim_mve"]) {
        println!("cargo::rustc-check-cfg=cfg({condition})");
    }
    let target = env::var("TARGET").unwrap_or_default();
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let processor = flags.split(['\x1f', '=']).skip_while(|flag| !flag.ends_with("target-cpu")).nth(1).unwrap_or("");
    let armv8 = target.starts_with("thumbv8m.main");
    let [armv6m, armv7m, dsp, riscv32] = KERNELS;
    let kernels = match target.split('-').next() {
        Some("thumbv6m") => Some(armv6m),
        Some("thumbv7m") => Some(armv7m),
        Some("thumbv7em") => Some(dsp),
        Some("thumbv8m.main") if WITH_DSP.contains(&processor) => Some(dsp),
        Some("thumbv8m.main") => Some(armv7m),
        // Of those without the extension M, none is worth its own kernels.
        Some(architecture) if architecture.starts_with("riscv32im") => Some(riscv32),
        _ => None,
    };
    let mve = armv8 && WITH_MVE.contains(&processor);
    for condition in kernels.into_iter().chain(armv8.then_some("dim_armv8")).chain(mve.then_some("dim_mve")) {
        println!("cargo::rustc-cfg={condition}");
    }
}
