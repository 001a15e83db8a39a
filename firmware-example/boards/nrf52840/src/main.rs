//! Nordic's nRF52840 DK, over the serial port of its debugger: P0.06 sends, P0.08 receives, 115,200 bits a second.
#![no_std]
#![no_main]

use cortex_m::peripheral::SCB;
use dim_board::{Mapped, Named, memory, serve};
use embassy_futures::block_on;
use embassy_nrf::buffered_uarte::{BufferedUarte, Error, InterruptHandler};
use embassy_nrf::config::{Config, HfclkSource, LfclkSource};
use embassy_nrf::nvmc::Nvmc;
use embassy_nrf::peripherals::UARTE0;
use embassy_nrf::{bind_interrupts, uarte};
use embedded_io::{ErrorType, Read, Write};
use static_cell::ConstStaticCell;

dim_board::map!();

static SENT: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);
static RECEIVED: ConstStaticCell<[u8; 1024]> = ConstStaticCell::new([0; 1024]);

bind_interrupts!(struct Interrupts {
    UARTE0 => InterruptHandler<UARTE0>;
});

#[cortex_m_rt::entry]
fn main() -> ! {
    let mut config = Config::default();
    // The DK has both crystals; the UART and the clock of `bench` are as good as they are.
    config.hfclk_source = HfclkSource::ExternalXtal;
    config.lfclk_source = LfclkSource::ExternalXtal;
    let board = embassy_nrf::init(config);
    let mut line = Line(BufferedUarte::new(
        board.UARTE0,
        board.TIMER0,
        board.PPI_CH0,
        board.PPI_CH1,
        board.PPI_GROUP0,
        board.P0_08,
        board.P0_06,
        Interrupts,
        uarte::Config::default(),
        RECEIVED.take(),
        SENT.take(),
    ));
    // SAFETY: the flash is read there, and nothing caches it.
    let flash = unsafe { Mapped::<_>::new(Nvmc::new(board.NVMC), MAP.flash_start) };
    serve(Named(env!("CARGO_BIN_NAME")), flash, &MAP, memory!(), ENCODER, &mut line);
    SCB::sys_reset()
}

/// The UART, waited for.
struct Line(BufferedUarte<'static>);

impl ErrorType for Line {
    type Error = Error;
}

impl Read for Line {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize, Error> {
        block_on(self.0.read(bytes))
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        block_on(self.0.write(bytes))
    }

    fn flush(&mut self) -> Result<(), Error> {
        block_on(self.0.flush())
    }
}
