//! What can run an encoder beside the oracle.

use crate::choices;

choices! {
    /// What runs the encoder beside the oracle.
    pub enum Target {
        /// This machine
        Host = "host",
        /// The firmware in QEMU: Armv6-M, on the machine of a Cortex-M3
        CortexM0plus = "cortex-m0plus",
        /// The firmware in QEMU: Armv7-M
        CortexM3 = "cortex-m3",
        /// The firmware in QEMU: Armv7E-M with DSP
        CortexM4 = "cortex-m4",
        /// The firmware in QEMU: Armv7E-M with DSP
        CortexM7 = "cortex-m7",
        /// The firmware in QEMU: Armv8-M with DSP
        CortexM33 = "cortex-m33",
        /// The firmware in QEMU: Armv8.1-M with vectors
        CortexM55 = "cortex-m55",
        /// The firmware in QEMU: RV32IMC
        Riscv32 = "riscv32",
        /// WebAssembly in node
        Wasm32 = "wasm32",
        /// WebAssembly with vectors of 128 bits in node
        Wasm32Simd128 = "wasm32-simd128",
    }
}

impl Target {
    /// Those in QEMU.
    pub const DEVICES: [Self; 7] = [
        Self::CortexM0plus,
        Self::CortexM3,
        Self::CortexM4,
        Self::CortexM7,
        Self::CortexM33,
        Self::CortexM55,
        Self::Riscv32,
    ];

    /// Those in node.
    pub const WEB: [Self; 2] = [Self::Wasm32, Self::Wasm32Simd128];
}
