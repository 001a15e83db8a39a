//! The statistics of normal images, and the scores of others.

use super::error::NoveltyError;
use super::moments::Moments;
use super::threshold::Threshold;

/// Images that can be counted: their squares cannot overflow.
pub const MOST_IMAGES: u32 = u16::MAX as u32;

/// The statistics of normal images by their maps of int8 codes, `[height, width, channels]`; `M` is memory for [`Moments`], one
/// for each code: an array on a device, a vector on a workstation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NormalImages<M> {
    images: u32,
    /// Values of a map, and channels of a cell.
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
    /// Nothing is known yet of maps of up to `VALUES` codes.
    pub const fn new() -> Self {
        Self::over([Moments::NONE; VALUES])
    }
}

impl<const VALUES: usize> Default for NormalImages<[Moments; VALUES]> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M> NormalImages<M> {
    /// Nothing is known yet; `moments` is memory.
    pub const fn over(moments: M) -> Self {
        Self { images: 0, size: [0; 2], moments, threshold: Threshold::NONE }
    }
}

impl<M: AsRef<[Moments]> + AsMut<[Moments]>> NormalImages<M> {
    /// The moments of a map of `[values, channels]`.
    fn fits(&self, [values, channels]: [usize; 2]) -> Result<&[Moments], NoveltyError> {
        let is_of_cells = values > 0 && values.checked_rem(channels) == Some(0);
        self.moments.as_ref().get(..values).filter(|_| is_of_cells).ok_or(NoveltyError::Size)
    }

    /// Images that were counted.
    pub const fn images(&self) -> u32 {
        self.images
    }

    /// Values of a map, and channels of a cell.
    pub const fn size(&self) -> [usize; 2] {
        self.size
    }

    /// What is known of each value of a map.
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

    /// Takes what lies in the memory for the moments of so many images, whose maps are of `[values, channels]`.
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
        if !moments.iter().all(|moments| moments.are_of(images)) {
            return Err(NoveltyError::Impossible);
        }
        (self.images, self.size, self.threshold) = (images, size, threshold);
        Ok(())
    }

    /// Counts a normal image by its map, whose cells have so many channels. The threshold has to be set anew.
    ///
    /// # Errors
    /// [`NoveltyError::Size`], [`NoveltyError::Full`]; then it is not counted.
    pub fn learn(&mut self, map: &[i8], channels: usize) -> Result<(), NoveltyError> {
        let size = [map.len(), channels];
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
        for (moments, value) in self.moments.as_mut().iter_mut().zip(map) {
            moments.count(*value);
        }
        self.images += 1;
        (self.size, self.threshold) = (size, Threshold::NONE);
        Ok(())
    }

    /// The scores of all cells of a map, in order: the map of where an image is novel, in steps of 1/[`STEPS`](super::STEPS).
    ///
    /// # Errors
    /// [`NoveltyError::Size`], [`NoveltyError::TooFew`].
    pub fn scores<'a>(&'a self, map: &'a [i8]) -> Result<impl Iterator<Item = u32> + use<'a, M>, NoveltyError> {
        let [values, channels] = self.size;
        if self.images < 2 {
            return Err(NoveltyError::TooFew);
        }
        if map.len() != values {
            return Err(NoveltyError::Size);
        }
        let count = self.images;
        let moments = self.moments.as_ref();
        Ok((0..values.checked_div(channels).unwrap_or(0)).map(move |cell| {
            let start = cell.saturating_mul(channels);
            let (map, moments) = (map.get(start..).unwrap_or_default(), moments.get(start..).unwrap_or_default());
            let cell = map.iter().zip(moments).take(channels);
            let sum: u64 = cell.map(|(value, moments)| moments.score(*value, count)).sum();
            let mean = sum.checked_div(channels as u64).unwrap_or(0);
            u32::try_from(mean).unwrap_or(u32::MAX)
        }))
    }

    /// The cell of a map that differs most; the first of several.
    ///
    /// # Errors
    /// [`NoveltyError::Size`], [`NoveltyError::TooFew`].
    pub fn score(&self, map: &[i8]) -> Result<Score, NoveltyError> {
        let scores = self.scores(map)?.enumerate();
        let most = scores.reduce(|most, next| if next.1 > most.1 { next } else { most });
        most.map(|(cell, value)| Score { value, cell }).ok_or(NoveltyError::Size)
    }

    /// Takes the score of a normal image that was not counted for the threshold.
    ///
    /// # Errors
    /// [`NoveltyError::Size`], [`NoveltyError::TooFew`].
    pub fn set_threshold(&mut self, map: &[i8]) -> Result<Score, NoveltyError> {
        let score = self.score(map)?;
        self.threshold.take(score.value);
        Ok(score)
    }

    /// Scores above it are of no normal image: [`Threshold::value`] of the scores of [`NormalImages::set_threshold`]. `None` of
    /// none.
    pub fn threshold(&self) -> Option<u32> {
        self.threshold.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two cells of two channels. The first cell was (1, 0) and (3, 0): mean 2, variance 1 in its first channel.
    #[test]
    fn scores_are_those_of_the_formula() {
        let mut normal = NormalImages::<[Moments; 8]>::new();
        assert_eq!(normal.score(&[0; 4]), Err(NoveltyError::TooFew));
        normal.learn(&[1, 0, 5, 5], 2).unwrap();
        normal.learn(&[3, 0, 5, 5], 2).unwrap();
        // (8 - 2)^2 / (1 + 1) = 18, (4 - 0)^2 / (0 + 1) = 16, mean 17; the second cell: (7 - 5)^2 / 1 = 4 once, mean 2.
        let scores: Vec<u32> = normal.scores(&[8, 4, 5, 7]).unwrap().collect();
        assert_eq!(scores, [17 * 256, 2 * 256]);
        assert_eq!(normal.score(&[2, 0, 5, 7]), Ok(Score { value: 512, cell: 1 }));
        assert_eq!([normal.learn(&[0; 4], 4), normal.learn(&[0; 2], 2)], [Err(NoveltyError::Size); 2]);
        assert_eq!(NormalImages::<[Moments; 3]>::new().learn(&[0; 4], 2), Err(NoveltyError::Size));
        assert_eq!(NormalImages::<[Moments; 4]>::new().learn(&[0; 3], 2), Err(NoveltyError::Size));
    }

    /// Scores 512 and 0: mean 256, standard deviation 256.
    #[test]
    fn the_threshold_is_of_mean_and_deviation() {
        let mut normal = NormalImages::<[Moments; 2]>::new();
        [[0, 0], [0, 0]].iter().for_each(|map| normal.learn(map, 2).unwrap());
        assert_eq!(normal.threshold(), None);
        assert_eq!(normal.set_threshold(&[2, 0]).unwrap().value, 512);
        assert_eq!(normal.threshold(), Some(512));
        normal.set_threshold(&[0, 0]).unwrap();
        assert_eq!(normal.threshold(), Some(256 + 3 * 256));
        normal.learn(&[0, 0], 2).unwrap();
        assert_eq!(normal.threshold(), None);
    }

    #[test]
    fn what_was_learned_elsewhere_scores_the_same() {
        let mut normal = NormalImages::<[Moments; 4]>::new();
        [[1, 0, 5, 5], [3, 0, 5, 7]].iter().for_each(|map| normal.learn(map, 2).unwrap());
        normal.set_threshold(&[2, 2, 4, 5]).unwrap();
        let mut other = NormalImages::<[Moments; 6]>::new();
        other.learn(&[9; 6], 3).unwrap();
        other.forget()[..4].copy_from_slice(normal.moments());
        assert_eq!(other.score(&[8, 4, 5, 7]), Err(NoveltyError::TooFew));
        other.take(2, normal.size(), normal.scores_of_threshold()).unwrap();
        assert_eq!((other.score(&[8, 4, 5, 7]), other.threshold()), (normal.score(&[8, 4, 5, 7]), normal.threshold()));
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
        [[0; 4]; 2].iter().for_each(|map| other.learn(map, 2).unwrap());
        assert_eq!(other.score(&[0; 4]), Ok(Score { value: 0, cell: 0 }));
    }

    proptest::proptest! {
        /// Against the same in real numbers.
        #[test]
        fn scores_are_near_those_of_real_numbers(maps: Vec<[i8; 3]>, map: [i8; 3]) {
            proptest::prop_assume!(maps.len() > 1);
            let mut normal = NormalImages::<[Moments; 3]>::new();
            maps.iter().for_each(|map| normal.learn(map, 3).unwrap());
            let count = maps.len() as f64;
            let expected: f64 = (0..3).map(|channel| {
                let values = || maps.iter().map(|map| f64::from(map[channel]));
                let mean = values().sum::<f64>() / count;
                let variance = values().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
                (f64::from(map[channel]) - mean).powi(2) / (variance + 1.0)
            }).sum::<f64>() * 256.0 / 3.0;
            let score = f64::from(normal.score(&map).unwrap().value);
            assert!(score <= expected + 1e-6 && score > expected - 2.1, "{score} {expected}");
        }
    }
}
