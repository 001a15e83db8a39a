//! A board with an STM32F405, over USART3: PB10 sends, PB11 receives, 115,200 bits a second.
#![no_std]
#![no_main]

use cortex_m::peripheral::SCB;
use dim_board::{Mapped, Named, memory, serve};
use embassy_stm32::bind_interrupts;
use embassy_stm32::flash::Flash;
use embassy_stm32::peripherals::USART3;
use embassy_stm32::usart::{BufferedInterruptHandler, BufferedUart};
use static_cell::ConstStaticCell;

mod clocks;
mod sectors;

use sectors::{SLOT_PAGES, Sectors};

dim_board::map!();

static SENT: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);
static RECEIVED: ConstStaticCell<[u8; 1024]> = ConstStaticCell::new([0; 1024]);

bind_interrupts!(struct Interrupts {
    USART3 => BufferedInterruptHandler<USART3>;
});

#[cortex_m_rt::entry]
fn main() -> ! {
    let board = embassy_stm32::init(clocks::config());
    let (sent, received) = (SENT.take(), RECEIVED.take());
    let line = BufferedUart::new(board.USART3, board.PB11, board.PB10, sent, received, Interrupts, Default::default());
    match line {
        Ok(mut line) => {
            let flash = Sectors(Flash::new_blocking(board.FLASH));
            // SAFETY: the flash is read there, and its driver lets the cache forget what it has erased.
            let flash = unsafe { Mapped::<_, SLOT_PAGES>::new(flash, MAP.flash_start) };
            serve(Named(env!("CARGO_BIN_NAME")), flash, &MAP, memory!(), ENCODER, &mut line);
        }
        Err(error) => defmt::error!("no UART: {}", error),
    }
    SCB::sys_reset()
}
