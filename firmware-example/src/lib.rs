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
pub mod results;

// Linked for the vector table, even into a binary that does not name it.
use cortex_m_rt as _;
#[cfg(feature = "hardware")]
use defmt_rtt as _;
#[cfg(feature = "qemu")]
use defmt_semihosting as _;

use cortex_m_rt::{ExceptionFrame, exception};

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

/// Without it, a fault would hang QEMU for ever.
#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    defmt::error!("hard fault at {=u32:#010x}", frame.pc());
    exit(Exit::Crashed)
}
