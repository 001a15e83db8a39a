//! A simulated board with a workstation at the other end of its line.

use std::cell::Cell;

use dim_device::classes::{Head, NearestMean, SavedClasses};
use dim_device::service::{Parts, StartError};
use dim_device::simulated_flash::SimulatedFlash;
use dim_device::update::Trust;
use dim_device::{Board, Regions, Service};
use dim_link::{FrameReader, Reply, Request, decode, encode};

use crate::encoders::PIXELS;

pub(crate) const PAGE: usize = 256;
pub(crate) const FRAME: usize = 256;
const RECORD: usize = 64;
/// Of the slots, two pages are erased at once, as where the pages of a flash are not all of one size.
pub(crate) type Flash = SimulatedFlash<4, PAGE, { 2 * PAGE }>;
/// What most devices here learn with.
pub(crate) type Mean = NearestMean<3, 4>;

const PAGE_BYTES: u32 = PAGE as u32;

/// Pages of a store for any head here, with what is normal.
const STORE_PAGES: u32 = 28;

/// Two slots of four pages, and a store of so many.
fn regions(store: u32) -> Regions {
    let page = |page| page * PAGE_BYTES;
    Regions { slots: [page(0)..page(4), page(4)..page(8)], store: page(8)..page(8 + store) }
}

pub(crate) fn flash() -> Flash {
    Flash::new((8 + STORE_PAGES) * PAGE_BYTES)
}

/// A clock that goes on by one each time that it is read.
#[derive(Debug, Default)]
struct Clock(Cell<u64>);

impl Board for Clock {
    fn name(&self) -> &str {
        "simulated"
    }

    fn ticks(&mut self) -> u64 {
        self.0.set(self.0.get() + 1);
        self.0.get()
    }

    fn ticks_per_second(&self) -> u32 {
        1000
    }
}

/// What the firmware has, beside the flash.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Firmware<'b> {
    pub(crate) built_in: &'b [u8],
    pub(crate) trust: Trust,
    pub(crate) arena: usize,
    /// Pages of the store.
    pub(crate) store: u32,
}

impl<'b> Firmware<'b> {
    pub(crate) fn of(built_in: &'b [u8]) -> Self {
        Self { built_in, trust: Trust::Anyone, arena: 1024, store: STORE_PAGES }
    }

    /// Starts the device with what the flash holds, and lets `session` talk to it.
    pub(crate) fn start<T>(
        &self,
        flash: &mut Flash,
        session: impl FnOnce(&mut dyn Line) -> T,
    ) -> Result<T, StartError> {
        self.start_with::<Mean, T>(flash, session)
    }

    /// The same with another head of 3 units.
    pub(crate) fn start_with<H: Head, T>(
        &self,
        flash: &mut Flash,
        session: impl FnOnce(&mut dyn Line) -> T,
    ) -> Result<T, StartError> {
        const { assert!(SavedClasses::<Mean>::STORE_BYTES <= RECORD) };
        // The slot that runs is never written to.
        let mapped = flash.bytes().to_vec();
        let regions = regions(self.store);
        let parts = Parts {
            board: Clock::default(),
            flash,
            regions: &regions,
            slot: &|range| mapped.get(range.start as usize..range.end as usize),
            built_in: self.built_in,
            arena: &mut vec![0; self.arena],
            image: &mut [0; PIXELS],
            trust: self.trust,
        };
        let mut service = Service::<_, H, _, 3, 16, FRAME, RECORD>::start(parts)?;
        Ok(session(&mut Wire { feed: &mut |byte| service.feed(byte).map(<[u8]>::to_vec), number: 0 }))
    }
}

/// A line to a device.
pub(crate) trait Line {
    /// Sends bytes, and takes what is answered.
    fn exchange(&mut self, bytes: &[u8]) -> Vec<u8>;

    /// A number that no request had.
    fn next_number(&mut self) -> u32;
}

impl dyn Line + '_ {
    /// Asks, and gives what `read` makes of the answer.
    pub(crate) fn ask<T>(&mut self, request: Request<'_>, read: impl FnOnce(Reply<'_>) -> T) -> T {
        let number = self.next_number();
        let mut frame = [0; 512];
        let answer = self.exchange(encode(number, &request, &mut frame).unwrap());
        let mut reader = FrameReader::<512>::new();
        let (last, rest) = answer.split_last().expect("a device answers");
        assert!(rest.iter().all(|byte| reader.feed(*byte).is_none()));
        let body = reader.feed(*last).unwrap().unwrap();
        let (found, reply) = decode(body).unwrap();
        assert_eq!(found, number);
        read(reply)
    }

    /// Asks, and expects this answer.
    pub(crate) fn expect(&mut self, request: Request<'_>, expected: Reply<'_>) {
        self.ask(request, |reply| assert_eq!(reply, expected));
    }

    /// Sends an image.
    pub(crate) fn show(&mut self, image: &[u8]) {
        self.expect(Request::Image { offset: 0, pixels: image }, Reply::Received { bytes: image.len() as u32 });
    }
}

struct Wire<'w> {
    feed: &'w mut dyn FnMut(u8) -> Option<Vec<u8>>,
    number: u32,
}

impl Line for Wire<'_> {
    fn exchange(&mut self, bytes: &[u8]) -> Vec<u8> {
        bytes.iter().filter_map(|byte| (self.feed)(*byte)).flatten().collect()
    }

    fn next_number(&mut self) -> u32 {
        self.number += 1;
        self.number
    }
}
