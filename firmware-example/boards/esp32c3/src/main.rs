//! A board with an ESP32-C3, over UART0: GPIO21 sends, GPIO20 receives, 115,200 bits a second.
#![no_std]
#![no_main]

use dim_board::{Mapped, memory, serve};
use dim_device::Board;
use esp_hal::clock::CpuClock;
use esp_hal::system::software_reset;
use esp_hal::time::Instant;
use esp_hal::uart::{Config, Uart};
use esp_storage::FlashStorage;

mod cached;

use cached::Cached;

dim_board::map!();
esp_bootloader_esp_idf::esp_app_desc!();

#[esp_hal::main]
fn main() -> ! {
    let board = esp_hal::init(esp_hal::Config::default().with_cpu_clock(CpuClock::max()));
    match Uart::new(board.UART0, Config::default()) {
        Ok(line) => {
            let mut line = line.with_rx(board.GPIO20).with_tx(board.GPIO21);
            let flash = Cached::map(FlashStorage::new(board.FLASH), MAP.flash_start);
            // SAFETY: the flash is mapped there, and its driver lets the cache forget what it has written over.
            let flash = unsafe { Mapped::<_>::new(flash, MAP.flash_start) };
            serve(Esp32C3, flash, &MAP, memory!(), ENCODER, &mut line);
        }
        Err(error) => defmt::error!("no UART: {}", error),
    }
    software_reset()
}

/// With the system timer.
struct Esp32C3;

impl Board for Esp32C3 {
    fn name(&self) -> &str {
        env!("CARGO_BIN_NAME")
    }

    fn ticks(&mut self) -> u64 {
        Instant::now().duration_since_epoch().as_micros()
    }

    fn ticks_per_second(&self) -> u32 {
        1_000_000
    }
}

/// esp-hal ends faults here too. The board starts again, so that an encoder which crashes it is left out after some starts.
#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    defmt::error!("{}", defmt::Display2Format(info));
    software_reset()
}
