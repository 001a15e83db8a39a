//! Classes: learned, told, forgotten.

use dim_link::{Failure, Reply};

use super::device::{Board, Device};
use crate::classes::{Head, LearnError, SavedError};
use crate::flash::MappedFlash;
use crate::store::StoreError;

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
        self.classes
            .head()
            .classify(&self.embedding)
            .map(Reply::Classified)
            .ok_or_else(|| self.classes.kept().map_or(Failure::NoClass, |stored| Failure::OtherEncoder { stored }))
    }

    pub(super) fn forget(&mut self, class: Option<&str>) -> Result<Reply<'static>, Failure> {
        self.classes.forget(&mut self.store, class).map_err(failure)?;
        Ok(Reply::Done)
    }
}

fn failure(error: SavedError) -> Failure {
    match error {
        SavedError::Learn(LearnError::Name) => Failure::Name,
        SavedError::Learn(LearnError::Full) | SavedError::Store(StoreError::Full) => Failure::Full,
        SavedError::Learn(LearnError::Units) => Failure::Encoder,
        SavedError::NoClass => Failure::NoClass,
        SavedError::OtherEncoder(stored) => Failure::OtherEncoder { stored },
        SavedError::Store(_) => Failure::Flash,
    }
}
