//! Counts what the processor did.

use crate::processor;

/// What one tick of the counter stands for, rounded up.
pub const UNITS_PER_TICK: u64 = processor::UNITS_PER_TICK;
/// Name of the units.
pub const UNIT: &str = if cfg!(feature = "qemu") { "instructions" } else { "cycles" };

/// A running counter.
#[derive(Debug)]
pub struct Counter(());

impl Counter {
    /// Takes the processor's counter; `None` if it is taken already.
    pub fn start() -> Option<Self> {
        processor::start_timer().map(Self)
    }

    /// Units since the start, in steps of about [`UNITS_PER_TICK`].
    pub fn now(&self) -> u64 {
        processor::now()
    }

    /// Runs `work` and counts it.
    pub fn measure<T>(&self, work: impl FnOnce() -> T) -> (T, u64) {
        let start = self.now();
        let result = work();
        (result, self.now() - start)
    }

    /// Counts a loop of `turns`, each of two instructions.
    pub fn calibrate(&self, turns: u32) -> u64 {
        self.measure(|| processor::spin(turns)).1
    }
}
