//! From a board's parts to a device that answers.

use core::ops::Range;

use dim_link::Refusal;
use dim_runtime::Encoder;

use super::device::{Board, Device};
use crate::classes::{Head, SavedClasses};
use crate::flash::{MappedFlash, Regions};
use crate::novelty::{Judge, NormalImages, SavedNormal};
use crate::store::{Store, StoreError};
use crate::update::{Limits, Receiving, Source, Start, Trust};

/// Encoders whose classes are kept: in the firmware and in the slots.
const PLACES: usize = 3;
/// Records beside those of classes: layout, boot, what is received, and whose classes each place has.
const OTHER_RECORDS: usize = 3 + PLACES;

/// What a board brings.
pub struct Parts<'m, 'a, F, B> {
    /// Its name and clock.
    pub board: B,
    /// Its flash.
    pub flash: F,
    /// What lies where in it.
    pub regions: &'a Regions,
    /// The bytes of the slot in this range, for as long as the device runs: the service never writes there while an encoder
    /// runs from it.
    pub slot: &'a dyn Fn(Range<u32>) -> Option<&'m [u8]>,
    /// The encoder in the firmware, and no byte behind its file.
    pub built_in: &'m [u8],
    /// Memory for the activations of any encoder.
    pub arena: &'a mut [i8],
    /// Memory for an image of any encoder.
    pub image: &'a mut [u8],
    /// Whose encoders are taken.
    pub trust: Trust,
}

/// Why a device does not start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartError {
    /// The regions do not start and end with pages, overlap, or leave the flash.
    Regions,
    /// The store has fewer pages than the head's records need.
    StoreTooSmall {
        /// Pages that it needs.
        needed: usize,
    },
    /// The store.
    Store(StoreError),
    /// The encoder in the firmware cannot run.
    Encoder(Refusal),
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl<'m, 'a, F, H, B, const UNITS: usize, const VALUES: usize, const RECORD: usize>
    Device<'m, 'a, F, H, B, UNITS, VALUES, RECORD>
where
    F: MappedFlash,
    H: Head,
    B: Board,
{
    /// Pages of a store with all classes, and so many records of novelty.
    pub(super) const fn store_pages(of_novelty: usize) -> usize {
        Store::<F, RECORD>::pages_for(of_novelty.saturating_add(PLACES * H::RECORDS as usize + OTHER_RECORDS))
    }

    pub(super) fn start(parts: Parts<'m, 'a, F, B>, chunk: usize) -> Result<Self, StartError> {
        const {
            assert!(RECORD >= SavedClasses::<H>::STORE_BYTES, "RECORD is less than SavedClasses::STORE_BYTES");
            assert!(RECORD >= 64 && RECORD + 64 <= F::ERASE_SIZE, "a record does not fit into a page of the flash");
            assert!(UNITS == H::UNITS as usize, "the head has other units than the service");
            assert!(64 % F::WRITE_SIZE == 0, "words of the flash are longer than 64 bytes, or no part of them");
        }
        let Parts { board, flash, regions, slot, built_in, arena, image, trust } = parts;
        if !regions.are_in(&flash) {
            return Err(StartError::Regions);
        }
        // Of any number of classes, all are stored, and an update finds room beside them.
        let needed = Self::store_pages(0);
        if regions.store.len() / F::ERASE_SIZE < needed {
            return Err(StartError::StoreTooSmall { needed });
        }
        let limits = Limits { arena: arena.len(), image: image.len(), units: UNITS, trust };
        let mut store = Store::open(flash, regions.store.clone())?;
        let source = Source { regions, built_in };
        let started = Start { limits, source }.choose(&mut store, arena)?;
        let bytes = regions.slot(started.place).map_or(Some(built_in), slot).unwrap_or(built_in);
        let model = limits.fits(bytes).map_err(StartError::Encoder)?;
        let encoder = Encoder::new(&model, arena).map_err(|_| StartError::Encoder(Refusal::Disproved))?;
        let receiving = Receiving::read(&mut store)?;
        if let Some(receiving) = receiving.filter(|receiving| receiving.place != started.place) {
            // The power may have been cut before they were removed.
            SavedClasses::<H>::clear(&mut store, receiving.place)?;
        }
        let classes = SavedClasses::load(&mut store, started.place, model.identity())?;
        let mut normal = NormalImages::new(Judge::of(&model));
        let saved_normal = SavedNormal::load(&mut store, model.identity(), &mut normal)?;
        Ok(Self {
            board,
            store,
            source,
            limits,
            started,
            model,
            encoder,
            image,
            received: 0,
            embedding: heapless::Vec::new(),
            classes,
            normal,
            saved_normal,
            arriving: None,
            receiving,
            chunk,
            is_restarting: false,
        })
    }
}
