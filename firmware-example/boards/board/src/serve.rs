//! Answers over a line until it is told to start again.

use dim_device::classes::NearestMean;
use dim_device::service::Parts;
use dim_device::store::Store;
use dim_device::update::Trust;
use dim_device::{Board, MappedFlash, Regions, Service};
use embedded_io::{Read, Write};
use embedded_storage::nor_flash::NorFlash;

use crate::map::{Map, Memory};
use crate::mapped::{Mapped, forever};

/// Longest frame, in bytes.
pub const FRAME: usize = 2048;
/// Bytes that are taken off the line at once.
const READ: usize = 64;

/// Serves on a line, which is read until it is told to start again; then it is the board's turn. Without an encoder that runs,
/// or a store that can be written to, it ends at once.
pub fn serve<
    F: NorFlash,
    L: Read + Write,
    const PAGES: usize,
    const STORE: usize,
    const UNITS: usize,
    const CLASSES: usize,
    const VALUES: usize,
    const RECORD: usize,
>(
    board: impl Board,
    flash: Mapped<F, PAGES>,
    map: &Map<STORE, UNITS, CLASSES, VALUES, RECORD>,
    memory: Memory<'_>,
    built_in: &'static [u8],
    line: &mut L,
) where
    Mapped<F, PAGES>: MappedFlash,
{
    const {
        // In the firmware, in two slots: three encoders' classes, and what is remembered of each and of all.
        let needed = Store::<Mapped<F, PAGES>, RECORD>::pages_for(3 * CLASSES + 6);
        assert!(
            needed * F::ERASE_SIZE <= STORE,
            "the store of this board is too small for all classes of three encoders"
        );
    }
    let regions = Regions { slots: map.slots.clone(), store: map.store.clone() };
    let start = map.flash_start;
    let Memory { arena, image } = memory;
    let parts = Parts {
        board,
        flash,
        regions: &regions,
        // SAFETY: a slot lies in the flash, and the service never writes to the one that it runs from.
        slot: &|range| Some(unsafe { forever(start, &range) }),
        built_in,
        arena,
        image,
        trust: Trust::Anyone,
    };
    let started = Service::<_, NearestMean<UNITS, CLASSES>, _, UNITS, VALUES, FRAME, RECORD>::start(parts);
    let mut service = match started {
        Ok(service) => service,
        Err(error) => {
            defmt::error!("it does not start: {}", defmt::Debug2Format(&error));
            return;
        }
    };
    defmt::info!("it serves");
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
