//! Start-up, faults and the counter of a RISC-V.
//!
//! The counter is `minstret` under QEMU, which counts every instruction with `-icount shift=0`, and `mcycle` on a board.

use core::arch::asm;

use riscv::register::{mcycle, mepc, minstret};
pub use riscv_rt::entry;

use crate::{Exit, exit};

/// The counter has steps of one.
pub(crate) const UNITS_PER_TICK: u64 = 1;

/// The counters run from the start.
pub(crate) fn start_timer() -> Option<()> {
    Some(())
}

/// Units since the processor started.
pub(crate) fn now() -> u64 {
    if cfg!(feature = "qemu") { minstret::read64() } else { mcycle::read64() }
}

/// Starts the firmware again, by the register of QEMU's machine that ends tests.
#[cfg(feature = "device")]
pub fn restart() -> ! {
    const TEST: *mut u32 = 0x10_0000 as *mut u32;
    const RESET: u32 = 0x7777;
    // SAFETY: that register, to which nothing else writes.
    unsafe { TEST.write_volatile(RESET) }
    loop {
        riscv::asm::nop();
    }
}

/// The lowest word in use.
#[inline(always)]
pub(crate) fn stack_pointer() -> *mut u32 {
    let pointer: *mut u32;
    // SAFETY: copies a register.
    unsafe { asm!("mv {}, sp", out(reg) pointer, options(nomem, nostack, preserves_flags)) };
    pointer
}

/// A loop of `turns`, each of two instructions.
pub(crate) fn spin(turns: u32) {
    // SAFETY: counts down a register that nothing else uses.
    unsafe {
        asm!("1:", "addi {0}, {0}, -1", "bnez {0}, 1b", inout(reg) turns.max(1) => _, options(nomem, nostack));
    }
}

/// Without it, a fault would hang QEMU for ever.
#[unsafe(export_name = "ExceptionHandler")]
fn exception(_frame: &riscv_rt::TrapFrame) -> ! {
    defmt::error!("exception at {=usize:#010x}", mepc::read());
    exit(Exit::Crashed)
}
