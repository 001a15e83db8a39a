//! Encoders received.

use dim_link::{Failure, Identity, Reply};

use super::device::{Board, Device};
use crate::classes::{Head, SavedClasses};
use crate::flash::MappedFlash;
use crate::store::StoreError;
use crate::update::{Receiving, UpdateError};

impl<F, H, B, const UNITS: usize, const VALUES: usize, const RECORD: usize>
    Device<'_, '_, F, H, B, UNITS, VALUES, RECORD>
where
    F: MappedFlash,
    H: Head,
    B: Board,
{
    pub(super) fn begin_update(
        &mut self,
        length: u32,
        crc: u32,
        identity: Identity,
    ) -> Result<Reply<'static>, Failure> {
        if identity == self.model.identity() {
            return Err(Failure::SameEncoder);
        }
        let announced = (length, crc, identity);
        let begun = Receiving::begin(self.receiving, announced, self.source, &mut self.store).map_err(failure)?;
        self.receiving = Some(begun);
        if begun.received == 0 {
            // The encoder that lay in the slot is gone for good, and its classes with it.
            SavedClasses::<H>::clear(&mut self.store, begun.place).map_err(|_| Failure::Flash)?;
        }
        Ok(Reply::Received { bytes: begun.received })
    }

    pub(super) fn update(&mut self, offset: u32, bytes: &[u8]) -> Result<Reply<'static>, Failure> {
        let receiving = self.receiving.as_mut().ok_or(Failure::Update)?;
        receiving.take(offset, bytes, self.source.regions, &mut self.store).map_err(failure)?;
        Ok(Reply::Received { bytes: receiving.received })
    }

    pub(super) fn end_update(&mut self) -> Result<Reply<'static>, Failure> {
        let receiving = self.receiving.ok_or(Failure::Update)?;
        let finished = receiving.finish(&self.limits, self.source, &mut self.store);
        if let Ok(()) | Err(UpdateError::Refused(_)) = finished {
            self.receiving = None;
        }
        finished.map_err(failure)?;
        Ok(Reply::Done)
    }
}

const fn failure(error: UpdateError) -> Failure {
    match error {
        UpdateError::Update => Failure::Update,
        UpdateError::Offset { expected } => Failure::Offset { expected },
        UpdateError::Store(StoreError::Full) => Failure::Full,
        UpdateError::Flash | UpdateError::Store(_) => Failure::Flash,
        UpdateError::Refused(refusal) => Failure::Refused(refusal),
    }
}
