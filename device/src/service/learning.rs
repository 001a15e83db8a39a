//! Classes: learned, told, forgotten.

use dim_link::{Failure, Reply};

use super::device::{Board, Device};
use crate::classes::{Head, LearnError, SavedError};
use crate::flash::MappedFlash;
use crate::novelty::SavedNormal;
use crate::store::StoreError;
use crate::update::Boot;

impl<F, H, B, const UNITS: usize, const VALUES: usize, const RECORD: usize>
    Device<'_, '_, F, H, B, UNITS, VALUES, RECORD>
where
    F: MappedFlash,
    H: Head,
    B: Board,
{
    pub(super) fn learn(&mut self, class: &str) -> Result<Reply<'static>, Failure> {
        self.keep_embedding()?;
        let examples = self.classes.learn(&mut self.store, class, &self.embedding).map_err(failure)?;
        Ok(Reply::Learned { examples })
    }

    pub(super) fn classify(&mut self) -> Result<Reply<'_>, Failure> {
        self.keep_embedding()?;
        let kept = self.classes.kept();
        let verdict = self.classes.classify(&self.embedding);
        verdict
            .map(Reply::Classified)
            .ok_or_else(|| kept.map_or(Failure::NoClass, |stored| Failure::OtherEncoder { stored }))
    }

    pub(super) fn unlearn(&mut self, class: &str) -> Result<Reply<'static>, Failure> {
        self.keep_embedding()?;
        let examples = self.classes.unlearn(&mut self.store, class, &self.embedding).map_err(failure)?;
        Ok(Reply::Learned { examples })
    }

    pub(super) fn forget(&mut self, class: Option<&str>) -> Result<Reply<'static>, Failure> {
        match self.classes.forget(&mut self.store, class) {
            Err(SavedError::Store(StoreError::Damaged | StoreError::Full)) if class.is_none() => self.forget_store()?,
            forgotten => forgotten.map_err(failure)?,
        }
        Ok(Reply::Done)
    }

    /// Makes a store of one that cannot even be told to forget, and remembers which encoder runs.
    fn forget_store(&mut self) -> Result<(), Failure> {
        let boot = Boot { running: self.started.place, ..Boot::NEW };
        self.store.clear().and_then(|()| boot.write(&mut self.store)).map_err(|_| Failure::Flash)?;
        (self.receiving, self.saved_normal) = (None, SavedNormal::NONE);
        self.classes.forget(&mut self.store, None).map_err(failure)
    }
}

fn failure(error: SavedError) -> Failure {
    match error {
        SavedError::Learn(LearnError::Name) => Failure::Name,
        SavedError::Learn(LearnError::Full) | SavedError::Store(StoreError::Full) => Failure::Full,
        SavedError::Learn(LearnError::Units) => Failure::Encoder,
        SavedError::NoClass => Failure::NoClass,
        SavedError::NoExample => Failure::NoExample,
        SavedError::OtherEncoder(stored) => Failure::OtherEncoder { stored },
        SavedError::Store(_) => Failure::Flash,
    }
}
