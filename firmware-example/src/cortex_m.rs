//! Start-up, faults and the timer of a Cortex-M.
//!
//! The timer is SysTick, which every Cortex-M has. Under QEMU's `-icount shift=0` an instruction takes one nanosecond,
//! and a tick of a machine with a processor clock of 25 MHz (mps2-an386) is 40 instructions; two runs count the same.
//! On a board a tick is a cycle; where the processor has the cycle counter of the DWT unit (Cortex-M3 and up), that one is
//! read instead, and SysTick's interrupt only sees to it that no turn of its 32 bits is missed.

use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m::Peripherals;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m::peripheral::{SCB, SYST};
pub use cortex_m_rt::entry;
use cortex_m_rt::{ExceptionFrame, exception};

use crate::{Exit, exit};

#[cfg(all(feature = "hardware", dim_cycle_counter))]
#[path = "cycle_counter.rs"]
mod cycle_counter;

/// Instructions under QEMU or cycles on a board in [`TICKS`] ticks of SysTick.
const UNITS: u64 = if cfg!(feature = "qemu") { 1_000_000_000 } else { 1 };
/// The processor clock of a QEMU machine in Hz.
const TICKS: u64 = if cfg!(feature = "qemu") { clock_hz(env!("DIM_CLOCK_HZ")) } else { 1 };
/// What one tick of SysTick stands for, rounded up.
pub(crate) const UNITS_PER_TICK: u64 = UNITS.div_ceil(TICKS);

/// SysTick has 24 bits.
const PERIOD: u64 = 1 << 24;

/// Times that SysTick came around.
static PERIODS: AtomicU32 = AtomicU32::new(0);

#[exception]
fn SysTick() {
    // The only writer; Armv6-M has no atomic addition.
    PERIODS.store(PERIODS.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    #[cfg(all(feature = "hardware", dim_cycle_counter))]
    cycle_counter::look();
}

/// Starts the timer from zero; `None` if it has been started before.
pub(crate) fn start_timer() -> Option<()> {
    let peripherals = Peripherals::take()?;
    #[cfg(all(feature = "hardware", dim_cycle_counter))]
    cycle_counter::start(peripherals.DCB, peripherals.DWT);
    let mut systick = peripherals.SYST;
    systick.set_clock_source(SystClkSource::Core);
    systick.set_reload((PERIOD - 1) as u32);
    systick.clear_current();
    systick.enable_interrupt();
    systick.enable_counter();
    Some(())
}

/// Units since the timer was started, good for 2^56 ticks.
pub(crate) fn now() -> u64 {
    #[cfg(all(feature = "hardware", dim_cycle_counter))]
    if let Some(cycles) = cycle_counter::cycles() {
        return cycles;
    }
    loop {
        let periods = PERIODS.load(Ordering::Relaxed);
        let left = u64::from(SYST::get_current());
        // A period that ended between the two reads is pending or counted by now: read again.
        if !SCB::is_pendst_pending() && PERIODS.load(Ordering::Relaxed) == periods {
            // The timer counts down, and is at zero for the first tick of a period.
            let ticks = u64::from(periods) * PERIOD + (PERIOD - left) % PERIOD;
            return ticks * UNITS / TICKS;
        }
    }
}

/// Starts the firmware again.
#[cfg(feature = "device")]
pub fn restart() -> ! {
    SCB::sys_reset()
}

/// The lowest word in use.
#[inline(always)]
pub(crate) fn stack_pointer() -> *mut u32 {
    cortex_m::register::msp::read() as *mut u32
}

/// A loop of `turns`, each of two instructions.
pub(crate) fn spin(turns: u32) {
    cortex_m::asm::delay(turns);
}

/// Without it, a fault would hang QEMU for ever.
#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    defmt::error!("hard fault at {=u32:#010x}", frame.pc());
    exit(Exit::Crashed)
}

const fn clock_hz(decimal: &str) -> u64 {
    match u64::from_str_radix(decimal, 10) {
        Ok(hz) => hz,
        Err(_) => panic!("the build script states the clock in decimal"),
    }
}
