//! Novelty: normal images counted, a threshold set, others judged.

use dim_link::{Failure, Novelty, Reply};
use dim_runtime::Shape;

use super::device::{Board, Device, encode};
use crate::classes::Head;
use crate::flash::MappedFlash;
use crate::novelty::{NoveltyError, Score};

impl<F, H, B, const UNITS: usize, const VALUES: usize, const RECORD: usize>
    Device<'_, '_, F, H, B, UNITS, VALUES, RECORD>
where
    F: MappedFlash,
    H: Head,
    B: Board,
{
    pub(super) fn learn_normal(&mut self) -> Result<Reply<'static>, Failure> {
        let output = encode(&mut self.encoder, self.image, self.received)?;
        let map = output.feature_map().ok_or(Failure::NoFeatureMap)?;
        self.normal.learn(map.values, map.shape.channels.into()).map_err(failure)?;
        Ok(self.novelty(None))
    }

    pub(super) fn set_threshold(&mut self) -> Result<Reply<'static>, Failure> {
        let output = encode(&mut self.encoder, self.image, self.received)?;
        let map = output.feature_map().ok_or(Failure::NoFeatureMap)?;
        let (score, shape) = (self.normal.set_threshold(map.values).map_err(failure)?, map.shape);
        Ok(self.novelty(Some((score, shape))))
    }

    pub(super) fn judge(&mut self) -> Result<Reply<'static>, Failure> {
        let output = encode(&mut self.encoder, self.image, self.received)?;
        let map = output.feature_map().ok_or(Failure::NoFeatureMap)?;
        let (score, shape) = (self.normal.score(map.values).map_err(failure)?, map.shape);
        Ok(self.novelty(Some((score, shape))))
    }

    fn novelty(&self, score: Option<(Score, Shape)>) -> Reply<'static> {
        let cell = score.map_or([0; 2], |(score, shape)| {
            let width = usize::from(shape.width).max(1);
            [score.cell / width, score.cell % width].map(|at| u16::try_from(at).unwrap_or(u16::MAX))
        });
        Reply::Novelty(Novelty {
            images: self.normal.images(),
            score: score.map_or(0, |(score, _)| score.value),
            cell,
            threshold: self.normal.threshold(),
        })
    }
}

const fn failure(error: NoveltyError) -> Failure {
    match error {
        NoveltyError::Size => Failure::NoFeatureMap,
        NoveltyError::TooFew => Failure::NothingNormal,
        NoveltyError::Full => Failure::Full,
    }
}
