//! Which encoder a device starts with.

use dim_link::{Place, Refusal};
use dim_runtime::{Encoder, Error};

use super::boot::Boot;
use super::check::Limits;
use super::receiving::{Receiving, Source};
use crate::flash::MappedFlash;
use crate::store::{Store, StoreError};

/// Starts with an encoder that was received before it counts as one that crashes the device: a cut of the power in the middle
/// of a proof is no fault of the encoder's.
const MOST_STARTS: u8 = 3;

/// What a device starts with.
#[derive(Debug)]
pub struct Start<'s> {
    /// What is set aside for an encoder.
    pub limits: Limits,
    /// Where encoders lie; the one in the firmware is trusted.
    pub source: Source<'s>,
}

/// An encoder that has proven itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Started {
    /// Where it is.
    pub place: Place,
    /// Why a newer one does not run, if there was one.
    pub refusal: Option<Refusal>,
}

impl Start<'_> {
    /// Finds the encoder to run: a pending one, which is committed if it proves itself, else the one that ran before, else
    /// the one in the firmware.
    ///
    /// # Errors
    /// [`StoreError`]. The encoder in the firmware is taken without proof if no other one runs.
    pub fn choose<F: MappedFlash, const BYTES: usize>(
        &self,
        store: &mut Store<F, BYTES>,
        arena: &mut [i8],
    ) -> Result<Started, StoreError> {
        let found = Boot::read(store)?;
        let mut boot = found;
        if let Some((place, starts)) = boot.pending {
            boot.pending = None;
            if starts >= MOST_STARTS {
                boot.refusal = Some(Refusal::Crashed);
            } else {
                Boot { pending: Some((place, starts + 1)), ..boot }.write(store)?;
                match self.prove(store, place, arena) {
                    Ok(()) => boot = Boot { running: place, before: boot.running, pending: None, refusal: None },
                    Err(refusal) => boot.refusal = Some(refusal),
                }
            }
        }
        if boot.running != found.running {
            // Proven a moment ago.
        } else if let Err(refusal) = self.prove(store, boot.running, arena) {
            let next = [boot.before, Place::BuiltIn].into_iter().find(|place| self.prove(store, *place, arena).is_ok());
            if boot.running != Place::BuiltIn {
                boot = Boot { running: next.unwrap_or(Place::BuiltIn), before: Place::BuiltIn, ..boot };
                boot.refusal = Some(refusal);
            }
        }
        if boot != found || found.pending.is_some() {
            boot.write(store)?;
        }
        // What was received has become an encoder, or what runs.
        if Receiving::read(store)?.is_some_and(|receiving| receiving.place == boot.running) {
            Receiving::remove(store)?;
        }
        Ok(Started { place: boot.running, refusal: boot.refusal })
    }

    fn prove<F: MappedFlash, const BYTES: usize>(
        &self,
        store: &mut Store<F, BYTES>,
        place: Place,
        arena: &mut [i8],
    ) -> Result<(), Refusal> {
        let model = match self.source.regions.slot(place) {
            None => self.limits.fits(self.source.built_in)?,
            Some(slot) => self.limits.check(F::mapped(store.flash(), slot).ok_or(Refusal::Unreadable)?)?,
        };
        match Encoder::new(&model, arena).and_then(|mut encoder| encoder.prove()) {
            Ok(()) => Ok(()),
            Err(Error::NoProof) => Err(Refusal::NoProof),
            Err(_) => Err(Refusal::Disproved),
        }
    }
}
