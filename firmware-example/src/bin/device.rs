//! A device that answers over its UART: it learns classes, judges novelty, and takes other encoders, for `dim device`.
//!
//! `firmware-example/on cortex-m4 device PORT` runs it in QEMU, with the UART on a TCP port.
#![no_std]
#![no_main]

use dim_device::classes::NearestMean;
use dim_device::service::{Parts, StartError};
use dim_device::update::Trust;
use dim_device::{Board, Regions, Service};
use dim_firmware_example::counter::Counter;
use dim_firmware_example::psram_flash::{BYTES, PAGE, PsramFlash};
use dim_firmware_example::uart::Uart;
use dim_firmware_example::{Exit, exit, restart};
use dim_runtime::{Arena, arena_bytes};
use static_cell::ConstStaticCell;

dim_runtime::include_model!(ENCODER = concat!(env!("OUT_DIR"), "/encoder.dim"), section = ".external");

/// Units, classes, int8 codes of a local feature map, bytes of a frame and of a record.
const UNITS: usize = 64;
const CLASSES: usize = 16;
const MAP: usize = 4096;
const FRAME: usize = 2048;
const RECORD: usize = 352;

/// For this encoder, or others of up to 64 KiB.
static ARENA: ConstStaticCell<Arena<{ most(arena_bytes(ENCODER), 64 << 10) }>> = ConstStaticCell::new(Arena::new());
static IMAGE: ConstStaticCell<[u8; 96 * 96 * 3]> = ConstStaticCell::new([0; 96 * 96 * 3]);

const fn most(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

/// Two slots, and a store in the last 128 KiB: room for what is normal, twice, of the largest map.
const STORE: u32 = 32 * PAGE;
const SLOT: u32 = (BYTES - STORE) / 2 / PAGE * PAGE;

#[dim_firmware_example::entry]
fn main() -> ! {
    match serve() {
        Ok(()) => restart(),
        Err(_) => exit(Exit::Failed),
    }
}

/// Serves until it is told to start again.
fn serve() -> Result<(), StartError> {
    let regions = Regions { slots: [0..SLOT, SLOT..2 * SLOT], store: BYTES - STORE..BYTES };
    let counter = Counter::start();
    let parts = Parts {
        board: Machine(counter),
        // SAFETY: here only, and `main` runs once between two resets.
        flash: unsafe { PsramFlash::take() },
        regions: &regions,
        // SAFETY: the service never writes to the slot that it runs from.
        slot: &|range| unsafe { PsramFlash::forever(range) },
        built_in: ENCODER,
        arena: ARENA.take().as_mut_slice(),
        image: IMAGE.take(),
        trust: Trust::Anyone,
    };
    let mut service = Service::<_, NearestMean<UNITS, CLASSES>, _, UNITS, MAP, FRAME, RECORD>::start(parts)?;
    let mut uart = Uart::open();
    while !service.is_restarting() {
        if let Some(answer) = service.feed(uart.receive()) {
            uart.send(answer);
        }
    }
    Ok(())
}

/// The machine of QEMU, and its counter of instructions.
struct Machine(Option<Counter>);

impl Board for Machine {
    fn name(&self) -> &str {
        env!("DIM_BOARD")
    }

    fn ticks(&mut self) -> u64 {
        self.0.as_ref().map_or(0, Counter::now)
    }

    /// QEMU's instructions take a nanosecond.
    fn ticks_per_second(&self) -> u32 {
        1_000_000_000
    }
}
