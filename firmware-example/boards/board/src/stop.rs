//! What ends a run that should not end: it is told over the probe, and the board starts again, so that an encoder which
//! crashes it is left out after some starts.

use cortex_m::peripheral::SCB;

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    defmt::error!("{}", defmt::Display2Format(info));
    SCB::sys_reset()
}

/// defmt has told the message already.
#[defmt::panic_handler]
fn defmt_panic() -> ! {
    SCB::sys_reset()
}

#[cortex_m_rt::exception]
// SAFETY: it reads nothing of what was interrupted but the frame that it is given.
unsafe fn HardFault(frame: &cortex_m_rt::ExceptionFrame) -> ! {
    defmt::error!("a fault at {:#010x}", frame.pc());
    SCB::sys_reset()
}
