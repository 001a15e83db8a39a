//! What is known of normal images, and the scores of others.

use super::error::NoveltyError;
use super::moments::Moments;
use super::references::{self, References};
use super::seen::{Judge, Seen};
use super::threshold::Threshold;

/// Images that can be counted: their squares cannot overflow.
pub const MOST_IMAGES: u32 = u16::MAX as u32;

/// What is known of normal images; `M` is memory for [`Moments`], an array on a device, a vector on a workstation. The statistic
/// keeps those of each code of a map, the critic its embeddings of some images in the same memory, code by code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NormalImages<M> {
    judge: Judge,
    images: u32,
    /// Moments that are kept, and channels of a cell.
    size: [usize; 2],
    moments: M,
    threshold: Threshold,
}

/// The cell of an image that differs most from the normal ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// In steps of 1/[`STEPS`](super::STEPS).
    pub value: u32,
    /// Number of the cell, `row * width + column`.
    pub cell: usize,
}

impl<const VALUES: usize> NormalImages<[Moments; VALUES]> {
    /// Nothing is known yet of maps of up to `VALUES` codes, or embeddings of a critic that take as much.
    pub const fn new(judge: Judge) -> Self {
        Self::over([Moments::NONE; VALUES], judge)
    }
}

impl<M> NormalImages<M> {
    /// Nothing is known yet; `moments` is memory.
    pub const fn over(moments: M, judge: Judge) -> Self {
        Self { judge, images: 0, size: [0; 2], moments, threshold: Threshold::NONE }
    }
}

impl<M: AsRef<[Moments]> + AsMut<[Moments]>> NormalImages<M> {
    /// The memory for `[kept, channels]`.
    fn fits(&self, [kept, channels]: [usize; 2]) -> Result<&[Moments], NoveltyError> {
        let is_whole = match self.judge {
            Judge::Statistic => kept.checked_rem(channels) == Some(0),
            Judge::Critic => self.judge.kept(0, channels) == Some(kept),
        };
        self.moments.as_ref().get(..kept).filter(|_| is_whole && kept > 0).ok_or(NoveltyError::Size)
    }

    /// What is kept of an image's kind, and channels of a cell.
    fn size_of(&self, seen: Seen<'_>) -> Result<[usize; 2], NoveltyError> {
        let (codes, channels) = (seen.cells().len(), seen.channels());
        let is_of_cells = seen.judge() == self.judge && codes > 0 && codes.checked_rem(channels) == Some(0);
        let kept = self.judge.kept(codes, channels).filter(|_| is_of_cells).ok_or(NoveltyError::Size)?;
        Ok([kept, channels])
    }

    /// Who judges.
    pub const fn judge(&self) -> Judge {
        self.judge
    }

    /// Images that were counted.
    pub const fn images(&self) -> u32 {
        self.images
    }

    /// Moments that are kept, and channels of a cell, as [`Judge::size`] has them.
    pub const fn size(&self) -> [usize; 2] {
        self.size
    }

    /// What is known: of each code of a map, or the critic's embeddings in the same form.
    pub fn moments(&self) -> &[Moments] {
        self.moments.as_ref().get(..self.size[0]).unwrap_or_default()
    }

    /// The scores that the threshold is of.
    pub const fn scores_of_threshold(&self) -> Threshold {
        self.threshold
    }

    /// Forgets everything. The memory that is given may be filled with what was learned elsewhere, for
    /// [`NormalImages::take`].
    pub fn forget(&mut self) -> &mut [Moments] {
        (self.images, self.size, self.threshold) = (0, [0; 2], Threshold::NONE);
        self.moments.as_mut()
    }

    /// Takes what lies in the memory for the moments of so many images, of a size as [`Judge::size`] has it.
    ///
    /// # Errors
    /// [`NoveltyError::Size`], [`NoveltyError::Full`], or [`NoveltyError::Impossible`] if no images have these moments; then
    /// nothing is known.
    pub fn take(&mut self, images: u32, size: [usize; 2], threshold: Threshold) -> Result<(), NoveltyError> {
        self.forget();
        let moments = self.fits(size)?;
        if images > MOST_IMAGES {
            return Err(NoveltyError::Full);
        }
        if self.judge == Judge::Statistic && !moments.iter().all(|moments| moments.are_of(images)) {
            return Err(NoveltyError::Impossible);
        }
        (self.images, self.size, self.threshold) = (images, size, threshold);
        Ok(())
    }

    /// Counts a normal image. The threshold has to be set anew.
    ///
    /// # Errors
    /// [`NoveltyError::Size`], [`NoveltyError::Full`]; then it is not counted.
    pub fn learn(&mut self, seen: Seen<'_>) -> Result<(), NoveltyError> {
        let size = self.size_of(seen)?;
        self.fits(size)?;
        if self.images > 0 && self.size != size {
            return Err(NoveltyError::Size);
        }
        if self.images >= MOST_IMAGES {
            return Err(NoveltyError::Full);
        }
        if self.images == 0 {
            self.moments.as_mut().fill(Moments::NONE);
        }
        match seen {
            Seen::Map { cells, .. } => {
                let counted = self.moments.as_mut().iter_mut().zip(cells);
                counted.for_each(|(moments, code)| moments.count(*code));
            }
            Seen::Critic { embedding, .. } => {
                let codes: &mut [i8] = bytemuck::cast_slice_mut(self.moments.as_mut());
                let to = references::place(self.images)
                    .and_then(|place| codes.chunks_exact_mut(embedding.len().max(1)).nth(place));
                to.into_iter().flatten().zip(embedding).for_each(|(to, code)| *to = *code);
            }
        }
        self.images += 1;
        (self.size, self.threshold) = (size, Threshold::NONE);
        Ok(())
    }

    /// The scores of all cells, in order: the map of where an image is novel, in steps of 1/[`STEPS`](super::STEPS).
    ///
    /// # Errors
    /// [`NoveltyError::Size`], [`NoveltyError::TooFew`].
    pub fn scores<'a>(&'a self, seen: Seen<'a>) -> Result<impl Iterator<Item = u32> + use<'a, M>, NoveltyError> {
        if self.images < 2 {
            return Err(NoveltyError::TooFew);
        }
        if self.size_of(seen)? != self.size {
            return Err(NoveltyError::Size);
        }
        let (images, moments) = (self.images, self.moments());
        let by = match seen {
            Seen::Map { .. } => None,
            Seen::Critic { embedding, .. } => Some(References::new(embedding, bytemuck::cast_slice(moments), images)),
        };
        let cells = seen.cells().chunks_exact(seen.channels().max(1));
        Ok(cells.enumerate().map(move |(number, cell)| match &by {
            Some(references) => references.score(cell),
            None => {
                let moments = moments.get(number.saturating_mul(cell.len())..).unwrap_or_default();
                mean_score(cell, moments, images)
            }
        }))
    }

    /// The cell that differs most; the first of several.
    ///
    /// # Errors
    /// [`NoveltyError::Size`], [`NoveltyError::TooFew`].
    pub fn score(&self, seen: Seen<'_>) -> Result<Score, NoveltyError> {
        let scores = self.scores(seen)?.enumerate();
        let most = scores.reduce(|most, next| if next.1 > most.1 { next } else { most });
        most.map(|(cell, value)| Score { value, cell }).ok_or(NoveltyError::Size)
    }

    /// Takes the score of a normal image that was not counted for the threshold.
    ///
    /// # Errors
    /// [`NoveltyError::Size`], [`NoveltyError::TooFew`].
    pub fn set_threshold(&mut self, seen: Seen<'_>) -> Result<Score, NoveltyError> {
        let score = self.score(seen)?;
        self.threshold.take(score.value);
        Ok(score)
    }

    /// Scores above it are of no normal image: [`Threshold::value`] of the scores of [`NormalImages::set_threshold`]. `None` of
    /// none.
    pub fn threshold(&self) -> Option<u32> {
        self.threshold.value()
    }
}

/// The mean over the channels of a cell.
fn mean_score(cell: &[i8], moments: &[Moments], images: u32) -> u32 {
    let sum: u64 = cell.iter().zip(moments).map(|(code, moments)| moments.score(*code, images)).sum();
    let mean = sum.checked_div(cell.len() as u64).unwrap_or(0);
    u32::try_from(mean).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By the statistic.
    const fn map(cells: &[i8], channels: usize) -> Seen<'_> {
        Seen::Map { cells, channels }
    }

    /// Two cells of two channels. The first cell was (1, 0) and (3, 0): mean 2, variance 1 in its first channel.
    #[test]
    fn scores_are_those_of_the_formula() {
        let mut normal = NormalImages::<[Moments; 8]>::new(Judge::Statistic);
        assert_eq!(normal.score(map(&[0; 4], 2)), Err(NoveltyError::TooFew));
        normal.learn(map(&[1, 0, 5, 5], 2)).unwrap();
        normal.learn(map(&[3, 0, 5, 5], 2)).unwrap();
        // (8 - 2)^2 / (1 + 1) = 18, (4 - 0)^2 / (0 + 1) = 16, mean 17; the second cell: (7 - 5)^2 / 1 = 4 once, mean 2.
        let scores: Vec<u32> = normal.scores(map(&[8, 4, 5, 7], 2)).unwrap().collect();
        assert_eq!(scores, [17 * 256, 2 * 256]);
        assert_eq!(normal.score(map(&[2, 0, 5, 7], 2)), Ok(Score { value: 512, cell: 1 }));
        assert_eq!([normal.learn(map(&[0; 4], 4)), normal.learn(map(&[0; 2], 2))], [Err(NoveltyError::Size); 2]);
        assert_eq!(NormalImages::<[Moments; 3]>::new(Judge::Statistic).learn(map(&[0; 4], 2)), Err(NoveltyError::Size));
        assert_eq!(NormalImages::<[Moments; 4]>::new(Judge::Statistic).learn(map(&[0; 3], 2)), Err(NoveltyError::Size));
    }

    /// Scores 512 and 0: mean 256, standard deviation 256.
    #[test]
    fn the_threshold_is_of_mean_and_deviation() {
        let mut normal = NormalImages::<[Moments; 2]>::new(Judge::Statistic);
        [[0, 0], [0, 0]].iter().for_each(|map| normal.learn(self::map(map, 2)).unwrap());
        assert_eq!(normal.threshold(), None);
        assert_eq!(normal.set_threshold(map(&[2, 0], 2)).unwrap().value, 512);
        assert_eq!(normal.threshold(), Some(512));
        normal.set_threshold(map(&[0, 0], 2)).unwrap();
        assert_eq!(normal.threshold(), Some(256 + 3 * 256));
        normal.learn(map(&[0, 0], 2)).unwrap();
        assert_eq!(normal.threshold(), None);
    }

    #[test]
    fn what_was_learned_elsewhere_scores_the_same() {
        let mut normal = NormalImages::<[Moments; 4]>::new(Judge::Statistic);
        [[1, 0, 5, 5], [3, 0, 5, 7]].iter().for_each(|map| normal.learn(self::map(map, 2)).unwrap());
        normal.set_threshold(map(&[2, 2, 4, 5], 2)).unwrap();
        let mut other = NormalImages::<[Moments; 6]>::new(Judge::Statistic);
        other.learn(map(&[9; 6], 3)).unwrap();
        other.forget()[..4].copy_from_slice(normal.moments());
        assert_eq!(other.score(map(&[8, 4, 5, 7], 2)), Err(NoveltyError::TooFew));
        other.take(2, normal.size(), normal.scores_of_threshold()).unwrap();
        assert_eq!(
            (other.score(map(&[8, 4, 5, 7], 2)), other.threshold()),
            (normal.score(map(&[8, 4, 5, 7], 2)), normal.threshold())
        );
        for (refused, images, size) in [
            (NoveltyError::Size, 2, [7, 1]),
            (NoveltyError::Size, 2, [4, 3]),
            (NoveltyError::Size, 2, [0, 2]),
            (NoveltyError::Size, 2, [4, 0]),
            (NoveltyError::Full, 65_536, [4, 2]),
            (NoveltyError::Impossible, 1, [4, 2]),
        ] {
            assert_eq!(other.take(images, size, Threshold::NONE), Err(refused));
            assert_eq!(other.images(), 0);
        }
        // What lies in the memory is not counted.
        [[0; 4]; 2].iter().for_each(|map| other.learn(self::map(map, 2)).unwrap());
        assert_eq!(other.score(map(&[0; 4], 2)), Ok(Score { value: 0, cell: 0 }));
    }

    /// Of embeddings 1, 0 and 0, 1, the cell 3, 4 lies nearer to the second: 1 - 0.8 of its own.
    #[test]
    fn a_critic_compares_with_embeddings_of_normal_images() {
        let seen = |embedding, cells| Seen::Critic { embedding, cells };
        let mut normal = NormalImages::<[Moments; 16]>::new(Judge::Critic);
        assert_eq!(normal.learn(map(&[1, 0], 2)), Err(NoveltyError::Size));
        [[1, 0], [0, 1]].iter().for_each(|embedding| normal.learn(seen(embedding, &[0; 4])).unwrap());
        assert_eq!((normal.size(), normal.images()), ([16, 2], 2));
        assert_eq!(normal.score(map(&[3, 4], 2)), Err(NoveltyError::Size));
        let scores: Vec<u32> = normal.scores(seen(&[3, 4], &[0, 7, 3, 4])).unwrap().collect();
        assert_eq!(scores, [65_536 - 13_107, 65_536 + 13_107]);
        assert_eq!(normal.set_threshold(seen(&[3, 4], &[0, 7, 3, 4])), Ok(Score { value: 78_643, cell: 1 }));
        // The same after a journey; another size is refused.
        let mut other = NormalImages::<[Moments; 24]>::new(Judge::Critic);
        for size in [[24, 2], [16, 3], [32, 4], [0, 0]] {
            assert_eq!(other.take(2, size, Threshold::NONE), Err(NoveltyError::Size));
        }
        other.forget()[..16].copy_from_slice(normal.moments());
        other.take(2, normal.size(), normal.scores_of_threshold()).unwrap();
        let judged = seen(&[-3, 4], &[-3, 4]);
        assert_eq!((other.score(judged), other.threshold()), (normal.score(judged), Some(78_643)));
        // There is no room for 4 numbers of each.
        assert_eq!(other.learn(seen(&[1; 4], &[0; 8])), Err(NoveltyError::Size));
    }

    proptest::proptest! {
        /// Against the same in real numbers.
        #[test]
        fn scores_are_near_those_of_real_numbers(maps: Vec<[i8; 3]>, map: [i8; 3]) {
            proptest::prop_assume!(maps.len() > 1);
            let mut normal = NormalImages::<[Moments; 3]>::new(Judge::Statistic);
            maps.iter().for_each(|map| normal.learn(self::map(map, 3)).unwrap());
            let count = maps.len() as f64;
            let expected: f64 = (0..3).map(|channel| {
                let values = || maps.iter().map(|map| f64::from(map[channel]));
                let mean = values().sum::<f64>() / count;
                let variance = values().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
                (f64::from(map[channel]) - mean).powi(2) / (variance + 1.0)
            }).sum::<f64>() * 256.0 / 3.0;
            let score = f64::from(normal.score(self::map(&map, 3)).unwrap().value);
            assert!(score <= expected + 1e-6 && score > expected - 2.1, "{score} {expected}");
        }
    }
}
