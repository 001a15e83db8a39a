//! Novelty: normal images counted here or elsewhere, a threshold set, others judged.

use dim_link::{Failure, KeptNormal, Normal, Novelty, Reply};
use dim_runtime::{Encoder, TapKind};

use super::device::{Board, Device, encode};
use crate::classes::Head;
use crate::flash::MappedFlash;
use crate::novelty::{Arriving, KeepError, NoveltyError, PartError, SavedNormal, Score, Seen};
use crate::store::StoreError;

impl<F, H, B, const UNITS: usize, const VALUES: usize, const RECORD: usize>
    Device<'_, '_, F, H, B, UNITS, VALUES, RECORD>
where
    F: MappedFlash,
    H: Head,
    B: Board,
{
    pub(super) fn learn_normal(&mut self) -> Result<Reply<'static>, Failure> {
        let seen = see(&mut self.encoder, self.image, self.received)?;
        // What has arrived of others is overwritten.
        self.arriving = None;
        self.normal.learn(seen).map_err(failure)?;
        Ok(self.novelty(None))
    }

    pub(super) fn set_threshold(&mut self) -> Result<Reply<'static>, Failure> {
        let seen = see(&mut self.encoder, self.image, self.received)?;
        let score = self.normal.set_threshold(seen).map_err(failure)?;
        Ok(self.novelty(Some(score)))
    }

    pub(super) fn judge(&mut self) -> Result<Reply<'static>, Failure> {
        let seen = see(&mut self.encoder, self.image, self.received)?;
        let score = self.normal.score(seen).map_err(failure)?;
        Ok(self.novelty(Some(score)))
    }

    pub(super) fn forget_normal(&mut self) -> Result<Reply<'static>, Failure> {
        self.arriving = None;
        self.normal.forget();
        self.saved_normal.forget(&mut self.store).map_err(|_| Failure::Flash)?;
        Ok(Reply::Done)
    }

    pub(super) fn kept_normal(&self) -> Reply<'static> {
        let [kept, _] = self.normal.judge().size(&self.model).unwrap_or_default();
        let [needed, available] = self.room(kept);
        let kept = self.saved_normal.kept().map(|identity| identity.0);
        Reply::KeptNormal(KeptNormal { kept, needed, available })
    }

    pub(super) fn keep_normal(&mut self) -> Result<Reply<'static>, Failure> {
        let [needed, available] = self.room(self.normal.moments().len());
        if needed > available {
            return Err(Failure::NoRoom { needed, available });
        }
        let kept = self.saved_normal.keep(&mut self.store, self.model.identity(), &self.normal);
        kept.map(|()| Reply::Done).map_err(|error| match error {
            KeepError::TooFew => Failure::NothingNormal,
            KeepError::OtherEncoder(stored) => Failure::OtherNormal { stored },
            KeepError::Store(StoreError::Full) => Failure::Full,
            KeepError::Store(_) => Failure::Flash,
        })
    }

    /// Bytes that a store needs for so many moments beside all classes, and those that it has.
    fn room(&self, moments: usize) -> [u32; 2] {
        let pages = Self::store_pages(SavedNormal::records(moments, RECORD));
        let bytes = [pages.saturating_mul(F::ERASE_SIZE), self.source.regions.store.len()];
        bytes.map(|bytes| u32::try_from(bytes).unwrap_or(u32::MAX))
    }

    pub(super) fn begin_normal(&mut self, normal: Normal) -> Result<Reply<'static>, Failure> {
        let size = self.normal.judge().size(&self.model).filter(|[kept, _]| *kept <= VALUES);
        let [kept, channels] = size.ok_or(Failure::NoFeatureMap)?;
        let is_own = normal.identity == self.model.identity();
        if !is_own || kept as u64 != u64::from(normal.values) || channels != usize::from(normal.channels) {
            return Err(Failure::Normal);
        }
        self.arriving = Some(Arriving::begin(normal, &mut self.normal));
        Ok(Reply::Received { bytes: 0 })
    }

    pub(super) fn take_moments(&mut self, offset: u32, bytes: &[u8]) -> Result<Reply<'static>, Failure> {
        let arriving = self.arriving.as_mut().ok_or(Failure::Normal)?;
        let short = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        match arriving.take(&mut self.normal, offset as usize, bytes) {
            Ok(bytes) => Ok(Reply::Received { bytes: short(bytes) }),
            Err(PartError::Offset(expected)) => Err(Failure::Offset { expected: short(expected) }),
            Err(PartError::Length) => Err(Failure::Normal),
        }
    }

    pub(super) fn end_normal(&mut self) -> Result<Reply<'static>, Failure> {
        let arriving = self.arriving.take().ok_or(Failure::Normal)?;
        arriving.end(&mut self.normal).map_err(|_| Failure::Normal)?;
        Ok(self.novelty(None))
    }

    fn novelty(&self, score: Option<Score>) -> Reply<'static> {
        let map = self.model.tap(TapKind::FeatureMap).map(|id| self.model.tensor(id).shape);
        let width = map.map_or(1, |shape| usize::from(shape.width).max(1));
        let cell = score.map_or([0; 2], |score| {
            [score.cell / width, score.cell % width].map(|at| u16::try_from(at).unwrap_or(u16::MAX))
        });
        Reply::Novelty(Novelty {
            images: self.normal.images(),
            score: score.map_or(0, |score| score.value),
            cell,
            threshold: self.normal.threshold(),
        })
    }
}

/// What the encoder's judge needs of an image that is whole.
fn see<'e>(encoder: &'e mut Encoder<'_, '_>, image: &[u8], received: usize) -> Result<Seen<'e>, Failure> {
    Seen::of(&encode(encoder, image, received)?).ok_or(Failure::NoFeatureMap)
}

const fn failure(error: NoveltyError) -> Failure {
    match error {
        NoveltyError::Size => Failure::NoFeatureMap,
        NoveltyError::TooFew => Failure::NothingNormal,
        NoveltyError::Full => Failure::Full,
        NoveltyError::Impossible => Failure::Normal,
    }
}
