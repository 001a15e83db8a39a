//! A serial port over USB (CDC-ACM), between an interrupt and the main loop.

use core::convert::Infallible;

use embassy_futures::join::join3;
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::pipe::Pipe;
use embassy_usb::class::cdc_acm::{CdcAcmClass, State};
use embassy_usb::driver::Driver;
use embassy_usb::{Builder, Config};
use embedded_io::{ErrorType, Read, Write};
use static_cell::{ConstStaticCell, StaticCell};

/// By which `dim device usb` finds the board, together with the name of the product: pid.codes' number for tests.
const VENDOR: u16 = 0x1209;
const PRODUCT: u16 = 0x0001;
/// Bytes of a packet at full speed.
const PACKET: usize = 64;

static RECEIVED: Pipe<CriticalSectionRawMutex, 1024> = Pipe::new();
static SENT: Pipe<CriticalSectionRawMutex, 1024> = Pipe::new();

/// What USB is described with, and answers to control requests.
static DESCRIPTORS: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);
static OBJECTS: ConstStaticCell<[u8; 64]> = ConstStaticCell::new([0; 64]);
static CONTROL: ConstStaticCell<[u8; 64]> = ConstStaticCell::new([0; 64]);
static STATE: StaticCell<State<'static>> = StaticCell::new();

/// Serves USB for ever.
pub(crate) async fn run<D: Driver<'static>>(driver: D) {
    let mut config = Config::new(VENDOR, PRODUCT);
    config.manufacturer = Some("dim");
    config.product = Some("dim encoder");
    let mut builder = Builder::new(driver, config, DESCRIPTORS.take(), OBJECTS.take(), &mut [], CONTROL.take());
    let port = CdcAcmClass::new(&mut builder, STATE.init(State::new()), PACKET as u16);
    let mut device = builder.build();
    let (mut sender, mut receiver) = port.split();
    let receive = async {
        let mut packet = [0; PACKET];
        loop {
            receiver.wait_connection().await;
            while let Ok(count) = receiver.read_packet(&mut packet).await {
                RECEIVED.write_all(packet.get(..count).unwrap_or_default()).await;
            }
        }
    };
    let send = async {
        let mut packet = [0; PACKET];
        loop {
            sender.wait_connection().await;
            loop {
                let count = SENT.read(&mut packet).await;
                if sender.write_packet(packet.get(..count).unwrap_or_default()).await.is_err() {
                    break;
                }
                // A full packet says that more follows; an empty one, that none does.
                if count == PACKET && SENT.is_empty() && sender.write_packet(&[]).await.is_err() {
                    break;
                }
            }
        }
    };
    join3(device.run(), receive, send).await;
}

/// The main loop's end.
pub(crate) struct Line;

impl ErrorType for Line {
    type Error = Infallible;
}

impl Read for Line {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize, Infallible> {
        loop {
            if let Ok(count) = RECEIVED.try_read(bytes) {
                return Ok(count);
            }
            cortex_m::asm::wfe();
        }
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        loop {
            if let Ok(count) = SENT.try_write(bytes) {
                return Ok(count);
            }
            cortex_m::asm::wfe();
        }
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        while !SENT.is_empty() {
            cortex_m::asm::wfe();
        }
        Ok(())
    }
}
