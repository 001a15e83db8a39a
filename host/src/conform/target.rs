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
    }
}

impl Target {
    /// All but the host.
    pub const DEVICES: [Self; 7] = [
        Self::CortexM0plus,
        Self::CortexM3,
        Self::CortexM4,
        Self::CortexM7,
        Self::CortexM33,
        Self::CortexM55,
        Self::Riscv32,
    ];
}
