//! ST's B-L475E-IOT01A, over the serial port of its debugger: PB6 sends, PB7 receives, 115,200 bits a second.
#![no_std]
#![no_main]

use cortex_m::peripheral::SCB;
use dim_board::dim_runtime::Arena;
use dim_board::{Mapped, Memory, Named, serve};
use embassy_stm32::bind_interrupts;
use embassy_stm32::flash::Flash;
use embassy_stm32::peripherals::USART1;
use embassy_stm32::usart::{BufferedInterruptHandler, BufferedUart};
use static_cell::ConstStaticCell;

mod cached;
mod clocks;

use cached::Cached;

dim_board::map!();

static SENT: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);
static RECEIVED: ConstStaticCell<[u8; 1024]> = ConstStaticCell::new([0; 1024]);
static IMAGE: ConstStaticCell<[u8; MAP.image]> = ConstStaticCell::new([0; MAP.image]);

bind_interrupts!(struct Interrupts {
    USART1 => BufferedInterruptHandler<USART1>;
});

#[cortex_m_rt::entry]
fn main() -> ! {
    let board = embassy_stm32::init(clocks::config());
    let (sent, received) = (SENT.take(), RECEIVED.take());
    let line = BufferedUart::new(board.USART1, board.PB7, board.PB6, sent, received, Interrupts, Default::default());
    match line {
        Ok(mut line) => {
            let flash = Cached(Flash::new_blocking(board.FLASH));
            // SAFETY: the flash is read there, and its driver lets the cache forget what it has written over.
            let flash = unsafe { Mapped::<_>::new(flash, MAP.flash_start) };
            // Of the two memories, only that of the stack has room for it.
            let mut arena = Arena::<{ MAP.arena }>::new();
            let memory = Memory { arena: arena.as_mut_slice(), image: IMAGE.take() };
            serve(Named(env!("CARGO_BIN_NAME")), flash, &MAP, memory, ENCODER, &mut line);
        }
        Err(error) => defmt::error!("no UART: {}", error),
    }
    SCB::sys_reset()
}
