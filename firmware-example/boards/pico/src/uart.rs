//! A Raspberry Pi Pico, or Pico 2, over UART0: GP0 sends, GP1 receives, 115,200 bits a second.
#![no_std]
#![no_main]

use dim_board::{Mapped, Named, memory, serve};
use embassy_rp::bind_interrupts;
use embassy_rp::flash::{Blocking, Flash};
use embassy_rp::peripherals::UART0;
use embassy_rp::uart::{BufferedInterruptHandler, BufferedUart, Config};
use embassy_rp::watchdog::Watchdog;
use portable_atomic as _;
use static_cell::ConstStaticCell;

dim_board::map!();

/// All of the flash, in bytes.
const FLASH: usize = MAP.store.end as usize;

static SENT: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);
static RECEIVED: ConstStaticCell<[u8; 1024]> = ConstStaticCell::new([0; 1024]);

bind_interrupts!(struct Interrupts {
    UART0_IRQ => BufferedInterruptHandler<UART0>;
});

#[cortex_m_rt::entry]
fn main() -> ! {
    let board = embassy_rp::init(embassy_rp::config::Config::default());
    let mut watchdog = Watchdog::new(board.WATCHDOG);
    let (sent, received) = (SENT.take(), RECEIVED.take());
    let mut line =
        BufferedUart::new(board.UART0, board.PIN_0, board.PIN_1, Interrupts, sent, received, Config::default());
    let flash = Flash::<_, Blocking, FLASH>::new_blocking(board.FLASH);
    // SAFETY: the flash is read there, and its driver lets the cache forget what it has written over.
    let flash = unsafe { Mapped::<_>::new(flash, MAP.flash_start) };
    serve(Named(env!("CARGO_BIN_NAME")), flash, &MAP, memory!(), ENCODER, &mut line);
    loop {
        watchdog.trigger_reset();
    }
}
