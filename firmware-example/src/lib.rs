//! What every binary of this firmware needs, so that the binaries are short: a logger, the handlers
//! of panics and faults, an exit code, a counter of instructions, and the files that the host exchanges with it.
//!
//! | feature | default | logs over | counts |
//! |---|---|---|---|
//! | `qemu` | yes | semihosting | instructions |
//! | `hardware` | no | RTT | cycles |
#![no_std]

pub mod cases;
pub mod counter;
pub mod parts;
#[cfg(feature = "device")]
pub mod psram_flash;
pub mod results;
pub mod stack;
#[cfg(any(feature = "device", feature = "mlperf"))]
#[cfg_attr(target_arch = "arm", path = "uart_cmsdk.rs")]
#[cfg_attr(target_arch = "riscv32", path = "uart_16550.rs")]
pub mod uart;

#[cfg_attr(target_arch = "arm", path = "cortex_m.rs")]
#[cfg_attr(target_arch = "riscv32", path = "riscv.rs")]
mod processor;

pub use processor::entry;
#[cfg(feature = "device")]
pub use processor::restart;

#[cfg(feature = "hardware")]
use defmt_rtt as _;
#[cfg(feature = "qemu")]
use defmt_semihosting as _;

/// How the firmware ends, as the exit status that the host sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, defmt::Format)]
pub enum Exit {
    /// Every byte was as expected.
    Passed = 0,
    /// A byte was different, or the firmware could not run.
    Failed = 1,
    /// A panic or a fault.
    Crashed = 101,
}

/// Ends the run: QEMU stops, and a debug probe sees the status.
pub fn exit(status: Exit) -> ! {
    semihosting::process::exit(status as i32)
}

/// defmt has printed the message already; the default handler would print it a second time.
#[defmt::panic_handler]
fn panic() -> ! {
    exit(Exit::Crashed)
}

#[panic_handler]
fn core_panic(info: &core::panic::PanicInfo<'_>) -> ! {
    defmt::error!("{}", defmt::Display2Format(info));
    exit(Exit::Crashed)
}
