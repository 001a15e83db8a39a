//! A Raspberry Pi Pico as a device under test of MLPerf Tiny, over UART0: GP0 sends, GP1 receives, 115,200 bits a second. The
//! file that `DIM_MODEL` names is imported from a model of one of its tasks.
#![no_std]
#![no_main]

use dim_board as _;
use dim_mlperf::{Board, DeviceUnderTest};
use dim_runtime::{Arena, Model, arena_bytes};
use embassy_rp::bind_interrupts;
use embassy_rp::peripherals::UART0;
use embassy_rp::uart::{BufferedInterruptHandler, BufferedUart, Config};
use embedded_io::{Read, Write};
use portable_atomic as _;
use static_cell::ConstStaticCell;

dim_runtime::include_model!(ENCODER = concat!(env!("OUT_DIR"), "/encoder.dim"));

static ARENA: ConstStaticCell<Arena<{ arena_bytes(ENCODER) }>> = ConstStaticCell::new(Arena::new());
/// For the pixels of visual wake words; no other task has as many bytes.
static INPUT: ConstStaticCell<[u8; 96 * 96 * 3]> = ConstStaticCell::new([0; 96 * 96 * 3]);
static SENT: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);
static RECEIVED: ConstStaticCell<[u8; 1024]> = ConstStaticCell::new([0; 1024]);

bind_interrupts!(struct Interrupts {
    UART0_IRQ => BufferedInterruptHandler<UART0>;
});

#[cortex_m_rt::entry]
fn main() -> ! {
    let board = embassy_rp::init(embassy_rp::config::Config::default());
    let (sent, received) = (SENT.take(), RECEIVED.take());
    let line = BufferedUart::new(board.UART0, board.PIN_0, board.PIN_1, Interrupts, sent, received, Config::default());
    match Model::parse(ENCODER) {
        Ok(model) => match DeviceUnderTest::start(&model, ARENA.take().as_mut_slice(), INPUT.take(), Pico(line)) {
            Ok(device) => serve(device),
            Err(error) => defmt::error!("no task: {}", defmt::Debug2Format(&error)),
        },
        Err(error) => defmt::error!("the file cannot be read: {}", defmt::Debug2Format(&error)),
    }
    loop {
        cortex_m::asm::wfi();
    }
}

fn serve(mut device: DeviceUnderTest<'_, '_, Pico>) {
    let mut bytes = [0; 64];
    loop {
        // What is lost on the line, the runner notices.
        let count = device.board().0.read(&mut bytes).unwrap_or(0);
        bytes.iter().take(count).for_each(|byte| device.feed(*byte));
    }
}

/// The line, and the clock of the chip.
struct Pico(BufferedUart);

impl Board for Pico {
    fn send(&mut self, bytes: &[u8]) {
        let _ = self.0.write_all(bytes);
    }

    fn microseconds(&mut self) -> u64 {
        embassy_time::Instant::now().as_micros()
    }
}
