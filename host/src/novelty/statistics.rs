//! What is known of normal images of an encoder, and what it says of others.

use dim_device::novelty::{Judge, MOST_IMAGES, Moments, NormalImages, NoveltyError, STEPS, Seen};
use dim_model_format::Identity;

use super::features::Maps;

/// Of so many normal images, one is not counted but sets the threshold: those that were counted are nearer than others.
const OF_THE_THRESHOLD: usize = 10;

/// Whether a normal image, by its number, sets the threshold instead of being counted.
pub const fn is_of_threshold(index: usize) -> bool {
    index.is_multiple_of(OF_THE_THRESHOLD)
}

/// A score as the number that it stands for.
pub fn in_ones(score: u32) -> f64 {
    f64::from(score) / f64::from(STEPS)
}

/// Why images cannot be learned from or judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LearnError {
    /// There is nothing to count.
    #[error("{0} normal images are too few: give at least 3, of which 2 are counted and 1 sets the threshold")]
    TooFew(usize),
    /// The sums have no room for them.
    #[error("at most {MOST_IMAGES} images can be counted; give fewer")]
    TooMany,
    /// The maps are of another size.
    #[error("the maps are of another size than those that the statistics were learned from")]
    Size,
}

/// What is known of normal images, and whose maps they are of: statistics, or embeddings as a critic sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statistics {
    /// The encoder.
    pub identity: Identity,
    /// `[height, width, channels]` of a map.
    pub shape: [usize; 3],
    pub(super) normal: NormalImages<Vec<Moments>>,
}

/// What is said of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Of the cell that differs most, in steps of 1/256.
    pub score: u32,
    /// Row and column of that cell.
    pub cell: [usize; 2],
    /// Of each cell, `[height, width]`.
    pub scores: Vec<u32>,
}

impl Judged {
    /// Mean of the scores of all cells, rounded down.
    pub fn mean(&self) -> u32 {
        let sum: u64 = self.scores.iter().map(|score| u64::from(*score)).sum();
        u32::try_from(sum / self.scores.len().max(1) as u64).unwrap_or(u32::MAX)
    }
}

impl Statistics {
    /// Learns from the maps of normal images, those of these numbers, as `dim device PORT novelty learn` shows them to a
    /// device.
    ///
    /// # Errors
    /// [`LearnError`].
    pub fn learn(identity: Identity, maps: &Maps, numbers: &[usize]) -> Result<Self, LearnError> {
        let judge = if maps.embeddings.is_some() { Judge::Critic } else { Judge::Statistic };
        let kept = judge.kept(maps.shape.iter().product(), maps.shape[2]).ok_or(LearnError::Size)?;
        let mut normal = NormalImages::over(vec![Moments::NONE; kept], judge);
        let seen = |of_threshold: bool| {
            let numbers = numbers.iter().enumerate().filter(move |(at, _)| is_of_threshold(*at) == of_threshold);
            numbers.map(|(_, number)| maps.seen(*number))
        };
        let failure = |error| match error {
            NoveltyError::Size => LearnError::Size,
            NoveltyError::Full => LearnError::TooMany,
            _ => LearnError::TooFew(numbers.len()),
        };
        seen(false).try_for_each(|seen| normal.learn(seen)).map_err(failure)?;
        seen(true).try_for_each(|seen| normal.set_threshold(seen).map(drop)).map_err(failure)?;
        if normal.threshold().is_none() {
            return Err(LearnError::TooFew(numbers.len()));
        }
        Ok(Self { identity, shape: maps.shape, normal })
    }

    /// Normal images that were counted.
    pub const fn images(&self) -> u32 {
        self.normal.images()
    }

    /// Scores above it are of no normal image, in steps of 1/256.
    pub fn threshold(&self) -> Option<u32> {
        self.normal.threshold()
    }

    /// Who judges.
    pub const fn judge_of(&self) -> Judge {
        self.normal.judge()
    }

    /// How far an image is from normal ones.
    ///
    /// # Errors
    /// [`LearnError::Size`].
    pub fn judge(&self, seen: Seen<'_>) -> Result<Judged, LearnError> {
        let score = self.normal.score(seen).map_err(|_| LearnError::Size)?;
        let scores = self.normal.scores(seen).map_err(|_| LearnError::Size)?.collect();
        let width = self.shape[1].max(1);
        Ok(Judged { score: score.value, cell: [score.cell / width, score.cell % width], scores })
    }
}
