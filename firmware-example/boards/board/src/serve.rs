//! Answers over a line until it is told to start again.

use dim_device::classes::{NearestMean, SavedClasses};
use dim_device::service::Parts;
use dim_device::store::Store;
use dim_device::update::Trust;
use dim_device::{Board, Regions, Service};
use embedded_io::{Read, Write};
use embedded_storage::nor_flash::NorFlash;

use crate::map::{Map, Memory};
use crate::mapped::{Mapped, forever};

/// Most units of an embedding.
pub const UNITS: usize = 128;
/// Most classes.
pub const CLASSES: usize = 16;
/// Most int8 codes of a local feature map whose novelty is judged; 8 bytes of memory each.
pub const MAP_VALUES: usize = 2048;
/// Longest frame, in bytes.
pub const FRAME: usize = 2048;
/// Longest record of the store, in bytes.
const RECORD: usize = SavedClasses::<Head>::STORE_BYTES;
/// Bytes that are taken off the line at once.
const READ: usize = 64;

type Head = NearestMean<UNITS, CLASSES>;

/// Serves on a line, which is read until it is told to start again; then it is the board's turn. Without an encoder that runs,
/// or a store that can be written to, it ends at once.
pub fn serve<F: NorFlash, L: Read + Write, const STORE: usize, const ARENA: usize, const IMAGE: usize>(
    name: &'static str,
    flash: Mapped<F>,
    map: &Map<STORE>,
    memory: &'static mut Memory<ARENA, IMAGE>,
    built_in: &'static [u8],
    line: &mut L,
) {
    const {
        // In the firmware, in two slots: three encoders' classes, and what is remembered of each and of all.
        let needed = Store::<Mapped<F>, RECORD>::pages_for(3 * CLASSES + 6);
        assert!(
            needed * F::ERASE_SIZE <= STORE,
            "the store of this board is too small for all classes of three encoders"
        );
    }
    let regions = Regions { slots: map.slots.clone(), store: map.store.clone() };
    let start = map.flash_start;
    let parts = Parts {
        board: Named(name),
        flash,
        regions: &regions,
        // SAFETY: a slot lies in the flash, and the service never writes to the one that it runs from.
        slot: &|range| Some(unsafe { forever(start, &range) }),
        built_in,
        arena: memory.arena.as_mut_slice(),
        image: &mut memory.image,
        trust: Trust::Anyone,
    };
    let mut service = match Service::<_, Head, _, UNITS, MAP_VALUES, FRAME, RECORD>::start(parts) {
        Ok(service) => service,
        Err(error) => {
            defmt::error!("it does not start: {}", defmt::Debug2Format(&error));
            return;
        }
    };
    defmt::info!("{} serves", name);
    let mut bytes = [0; READ];
    while !service.is_restarting() {
        // What is lost on the line is asked for again.
        let count = line.read(&mut bytes).unwrap_or(0);
        for byte in bytes.iter().take(count) {
            if let Some(answer) = service.feed(*byte) {
                let _ = line.write_all(answer);
                let _ = line.flush();
            }
        }
    }
}

/// A board by its name, with the clock of embassy.
struct Named(&'static str);

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
