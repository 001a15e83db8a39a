//! A device under test of MLPerf Tiny, over the UART of an MPS2 board: the file that `DIM_MODEL` names, imported from a model
//! of one of its tasks.
//!
//! `DIM_MODEL=E.dim firmware-example/on cortex-m4 mlperf PORT` runs it in QEMU, with the UART on a TCP port.
#![no_std]
#![no_main]

use dim_firmware_example::counter::Counter;
use dim_firmware_example::uart::Uart;
use dim_firmware_example::{Exit, exit};
use dim_mlperf::{Board, DeviceUnderTest};
use dim_runtime::{Arena, Model, arena_bytes};
use static_cell::ConstStaticCell;

dim_runtime::include_model!(ENCODER = concat!(env!("OUT_DIR"), "/encoder.dim"), section = ".external");

static ARENA: ConstStaticCell<Arena<{ arena_bytes(ENCODER) }>> = ConstStaticCell::new(Arena::new());
/// For the pixels of visual wake words; no other task has as many bytes.
static INPUT: ConstStaticCell<[u8; 96 * 96 * 3]> = ConstStaticCell::new([0; 96 * 96 * 3]);

/// Units of the counter in a microsecond: an instruction takes a nanosecond in QEMU.
const UNITS: u64 = 1000;

#[dim_firmware_example::entry]
fn main() -> ! {
    match (Model::parse(ENCODER), Counter::start()) {
        (Ok(model), Some(counter)) => {
            let board = Mps2 { uart: Uart::open(), counter };
            match DeviceUnderTest::start(&model, ARENA.take().as_mut_slice(), INPUT.take(), board) {
                Ok(device) => serve(device),
                Err(error) => defmt::error!("no task: {}", defmt::Debug2Format(&error)),
            }
        }
        (Err(error), _) => defmt::error!("the file cannot be read: {}", defmt::Debug2Format(&error)),
        (_, None) => defmt::error!("main ran twice"),
    }
    exit(Exit::Failed)
}

fn serve(mut device: DeviceUnderTest<'_, '_, Mps2>) -> ! {
    loop {
        let byte = device.board().uart.receive();
        device.feed(byte);
    }
}

/// The board: instructions of QEMU for microseconds.
struct Mps2 {
    uart: Uart,
    counter: Counter,
}

impl Board for Mps2 {
    fn send(&mut self, bytes: &[u8]) {
        self.uart.send(bytes);
    }

    fn microseconds(&mut self) -> u64 {
        self.counter.now() / UNITS
    }
}
