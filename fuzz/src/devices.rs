//! A simulated device with a small encoder.

use dim_device::classes::NearestMean;
use dim_device::service::Parts;
use dim_device::simulated_flash::SimulatedFlash;
use dim_device::update::Trust;
use dim_device::{Board, Regions, Service};
use dim_link::{FrameReader, encode};

/// A golden file: images of 8 x 8 pixels with one channel.
pub const ENCODER: &[u8] = include_bytes!("../../model-format/tests/golden/proven-1.2.dim");
/// Bytes of the flash: two slots of a page, and a store.
pub const FLASH_BYTES: u32 = 12 * PAGE_BYTES;
const PAGE: usize = 256;
const PAGE_BYTES: u32 = PAGE as u32;

/// The flash of the device.
pub type Flash = SimulatedFlash<4, PAGE>;
/// The device.
pub type Device<'m, 'a> = Service<'m, 'a, &'a mut Flash, NearestMean<1, 2>, Still, 1, 64, 256, 64>;

/// A clock that stands still.
#[derive(Debug, Clone, Copy)]
pub struct Still;

impl Board for Still {
    fn name(&self) -> &str {
        "fuzzed"
    }

    fn ticks(&mut self) -> u64 {
        0
    }

    fn ticks_per_second(&self) -> u32 {
        1
    }
}

/// Starts a device on this flash, and hands it to `session`. The device must start, whatever the flash holds.
pub fn start(flash: &mut Flash, session: impl FnOnce(&mut Device<'_, '_>)) {
    let page = |page| page * PAGE_BYTES;
    let regions = Regions { slots: [0..page(1), page(1)..page(2)], store: page(2)..page(12) };
    let mapped = flash.bytes().to_vec();
    let parts = Parts {
        board: Still,
        flash,
        regions: &regions,
        slot: &|range| mapped.get(range.start as usize..range.end as usize),
        built_in: ENCODER,
        arena: &mut [0; 4096],
        image: &mut [0; 1024],
        trust: Trust::Anyone,
    };
    session(&mut Device::start(parts).expect("a device starts"));
}

/// What a device answers to a frame with this number, the body of its frame.
pub fn answer(device: &mut Device<'_, '_>, number: u32, message: &impl serde::Serialize) -> Vec<u8> {
    let mut line = [0; 512];
    let mut reader = FrameReader::<256>::new();
    let mut bodies = Vec::new();
    for byte in encode(number, message, &mut line).expect("it is short") {
        for byte in device.feed(*byte).unwrap_or_default() {
            bodies.extend(reader.feed(*byte).map(|body| body.expect("it is whole").to_vec()));
        }
    }
    assert_eq!(bodies.len(), 1, "one answer to a frame");
    bodies.remove(0)
}
