//! A board by its name.

use dim_device::Board;

/// With the clock of embassy.
#[derive(Debug, Clone, Copy)]
pub struct Named(pub &'static str);

impl Board for Named {
    fn name(&self) -> &str {
        self.0
    }

    fn ticks(&mut self) -> u64 {
        embassy_time::Instant::now().as_ticks()
    }

    fn ticks_per_second(&self) -> u32 {
        u32::try_from(embassy_time::TICK_HZ).unwrap_or(0)
    }
}
