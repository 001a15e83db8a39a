//! The cycle counter of the DWT unit, made 64 bits wide.

use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use cortex_m::peripheral::{DCB, DWT};

/// Some processors are made without it.
static IS_THERE: AtomicBool = AtomicBool::new(false);
/// The counter when [`look`] was called last.
static LAST: AtomicU32 = AtomicU32::new(0);
/// Times that it had come around by then.
static TURNS: AtomicU32 = AtomicU32::new(0);

/// Starts it, where there is one.
pub(super) fn start(mut control: DCB, mut dwt: DWT) {
    control.enable_trace();
    DWT::unlock();
    if DWT::has_cycle_counter() {
        dwt.set_cycle_count(0);
        dwt.enable_cycle_counter();
        IS_THERE.store(true, Ordering::Relaxed);
    }
}

/// To be called by an interrupt, at least once in 2^32 cycles; the only writer.
pub(super) fn look() {
    let count = DWT::cycle_count();
    if count < LAST.load(Ordering::Relaxed) {
        TURNS.store(TURNS.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    }
    LAST.store(count, Ordering::Relaxed);
}

/// Cycles since the start, where there is a counter.
pub(super) fn cycles() -> Option<u64> {
    if !IS_THERE.load(Ordering::Relaxed) {
        return None;
    }
    loop {
        let [turns, last] = [&TURNS, &LAST].map(|word| word.load(Ordering::Relaxed));
        let count = DWT::cycle_count();
        // Again, if the interrupt came between.
        if [&TURNS, &LAST].map(|word| word.load(Ordering::Relaxed)) == [turns, last] {
            return Some(u64::from(turns.wrapping_add(u32::from(count < last))) << 32 | u64::from(count));
        }
    }
}
