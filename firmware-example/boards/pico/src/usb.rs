//! A Raspberry Pi Pico, or Pico 2, over USB, as a serial port. USB is served in an interrupt, so that it goes on while an image is encoded.
#![no_std]
#![no_main]

use dim_board::{Mapped, Named, memory, serve};
use embassy_rp::executor::InterruptExecutor;
use embassy_rp::flash::{Blocking, Flash};
use embassy_rp::interrupt::{InterruptExt, Priority};
use embassy_rp::peripherals::USB;
use embassy_rp::usb::{Driver, InterruptHandler};
use embassy_rp::watchdog::Watchdog;
use embassy_rp::{bind_interrupts, interrupt};
use portable_atomic as _;

mod serial_port;

dim_board::map!();

/// All of the flash, in bytes.
const FLASH: usize = MAP.store.end as usize;

static EXECUTOR: InterruptExecutor = InterruptExecutor::new();

bind_interrupts!(struct Interrupts {
    USBCTRL_IRQ => InterruptHandler<USB>;
});

#[interrupt]
// SAFETY: it is the handler of the interrupt with which the executor is started.
unsafe fn SWI_IRQ_1() {
    // SAFETY: in that handler.
    unsafe { EXECUTOR.on_interrupt() }
}

#[embassy_executor::task]
async fn serve_usb(driver: Driver<'static, USB>) {
    serial_port::run(driver).await;
}

#[cortex_m_rt::entry]
fn main() -> ! {
    let board = embassy_rp::init(embassy_rp::config::Config::default());
    let mut watchdog = Watchdog::new(board.WATCHDOG);
    interrupt::SWI_IRQ_1.set_priority(Priority::P3);
    let spawner = EXECUTOR.start(interrupt::SWI_IRQ_1);
    match serve_usb(Driver::new(board.USB, Interrupts)) {
        Ok(task) => spawner.spawn(task),
        Err(_) => defmt::error!("USB is served already"),
    }
    let flash = Flash::<_, Blocking, FLASH>::new_blocking(board.FLASH);
    // SAFETY: the flash is read there, and its driver lets the cache forget what it has written over.
    let flash = unsafe { Mapped::<_>::new(flash, MAP.flash_start) };
    serve(Named(env!("CARGO_BIN_NAME")), flash, &MAP, memory!(), ENCODER, &mut serial_port::Line);
    loop {
        watchdog.trigger_reset();
    }
}
