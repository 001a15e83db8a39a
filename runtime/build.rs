//! Chooses the kernels of the processor that is compiled for.
//!
//! Stable Rust does not tell a crate whether an Arm processor has the DSP extension, so the target and the
//! processor that rustc was given decide.

use std::env;

/// Armv8-M processors of which every one has the DSP extension, or most: the assembler refuses where it is absent.
const WITH_DSP: [&str; 4] = ["cortex-m33", "cortex-m35p", "cortex-m55", "cortex-m85"];

fn main() {
    println!("cargo::rustc-check-cfg=cfg(dim_dsp)");
    println!("cargo::rustc-check-cfg=cfg(dim_armv8)");
    println!("cargo::rerun-if-changed=build.rs");
    let target = env::var("TARGET").unwrap_or_default();
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let processor = flags.split(['\x1f', '=']).skip_while(|flag| !flag.ends_with("target-cpu")).nth(1).unwrap_or("");
    let armv8 = target.starts_with("thumbv8m.main");
    if target.starts_with("thumbv7em") || armv8 && WITH_DSP.contains(&processor) {
        println!("cargo::rustc-cfg=dim_dsp");
    }
    if armv8 {
        println!("cargo::rustc-cfg=dim_armv8");
    }
}
