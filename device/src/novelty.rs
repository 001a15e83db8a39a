//! How far an image is from normal ones, cell by cell of its local feature map.
//!
//! Of every cell and channel the normal images `x` give a count `n`, a sum `s` and a sum of squares `q`, and so a mean `s / n`
//! and a variance `v = (n q - s^2) / n^2`. A cell of another image differs by the mean over the channels of
//! `(x - s / n)^2 / (v + 1)`, the squared distance of Mahalanobis with a diagonal covariance (as Defard et al. 2021, PaDiM,
//! with whole ones, cell by cell); the 1 is the square of a code's step, and keeps a channel that never changes from deciding
//! alone. In integers, and in steps of 1/256, it is
//!
//! `score = floor(sum over channels of floor(256 (n x - s)^2 / (n q - s^2 + n^2)) / channels)`.
//!
//! The score of an image is that of the cell that differs most.

/// Steps of a score in 1.
pub const STEPS: u32 = 256;
/// Images whose squares cannot overflow.
const MOST_IMAGES: u32 = u16::MAX as u32;

/// Why there is no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoveltyError {
    /// The map is empty or larger than `VALUES`, or is not of the size of those before.
    Size,
    /// Fewer than two normal images were counted.
    TooFew,
    /// As many images as can be were counted.
    Full,
}

/// Of one channel of one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Moments {
    sum: i32,
    squares: u32,
}

/// The statistics of normal images: maps of up to `VALUES` int8 codes, `[height, width, channels]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NormalImages<const VALUES: usize> {
    images: u32,
    /// Values of a map, and channels of a cell.
    size: [usize; 2],
    moments: [Moments; VALUES],
    threshold: Threshold,
}

/// Scores of normal images that were not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Threshold {
    images: u32,
    sum: u64,
    squares: u128,
}

/// The cell of an image that differs most from the normal ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// In steps of 1/[`STEPS`].
    pub value: u32,
    /// Number of the cell, `row * width + column`.
    pub cell: usize,
}

impl<const VALUES: usize> NormalImages<VALUES> {
    const NO_THRESHOLD: Threshold = Threshold { images: 0, sum: 0, squares: 0 };

    /// Nothing is known yet.
    pub const fn new() -> Self {
        Self {
            images: 0,
            size: [0; 2],
            moments: [Moments { sum: 0, squares: 0 }; VALUES],
            threshold: Self::NO_THRESHOLD,
        }
    }

    /// Images that were counted.
    pub const fn images(&self) -> u32 {
        self.images
    }

    /// Counts a normal image by its map, whose cells have so many channels. The threshold has to be set anew.
    ///
    /// # Errors
    /// [`NoveltyError::Size`], [`NoveltyError::Full`]; then it is not counted.
    pub fn learn(&mut self, map: &[i8], channels: usize) -> Result<(), NoveltyError> {
        let is_of_cells = map.len().checked_rem(channels) == Some(0);
        let is_other = self.images > 0 && self.size != [map.len(), channels];
        if !is_of_cells || map.is_empty() || map.len() > VALUES || is_other {
            return Err(NoveltyError::Size);
        }
        if self.images >= MOST_IMAGES {
            return Err(NoveltyError::Full);
        }
        for (moments, value) in self.moments.iter_mut().zip(map) {
            moments.sum += i32::from(*value);
            moments.squares += u32::from(value.unsigned_abs()).pow(2);
        }
        self.images += 1;
        (self.size, self.threshold) = ([map.len(), channels], Self::NO_THRESHOLD);
        Ok(())
    }

    /// The scores of all cells of a map, in order: the map of where an image is novel, in steps of 1/[`STEPS`].
    ///
    /// # Errors
    /// [`NoveltyError::Size`], [`NoveltyError::TooFew`].
    pub fn scores<'a>(&'a self, map: &'a [i8]) -> Result<impl Iterator<Item = u32> + use<'a, VALUES>, NoveltyError> {
        let [values, channels] = self.size;
        if self.images < 2 {
            return Err(NoveltyError::TooFew);
        }
        if map.len() != values {
            return Err(NoveltyError::Size);
        }
        let count = self.images;
        let cells = map.chunks_exact(channels.max(1)).zip(self.moments.chunks_exact(channels.max(1)));
        Ok(cells.map(move |(cell, moments)| {
            let sum: u64 = cell.iter().zip(moments).map(|(value, moments)| moments.score(*value, count)).sum();
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
        let Threshold { images, sum, squares } = &mut self.threshold;
        *images = images.saturating_add(1);
        *sum = sum.saturating_add(score.value.into());
        *squares = squares.saturating_add(u128::from(score.value).pow(2));
        Ok(score)
    }

    /// Scores above it are of no normal image: the mean of the scores of [`NormalImages::set_threshold`] plus three of their
    /// standard deviations, both rounded down. `None` of none.
    pub fn threshold(&self) -> Option<u32> {
        let Threshold { images, sum, squares } = self.threshold;
        let count = u128::from(images);
        let mean = u128::from(sum).checked_div(count)?;
        let spread = count.saturating_mul(squares).saturating_sub(u128::from(sum).pow(2)).isqrt().checked_div(count)?;
        Some(u32::try_from(mean.saturating_add(spread.saturating_mul(3))).unwrap_or(u32::MAX))
    }
}

impl<const VALUES: usize> Default for NormalImages<VALUES> {
    fn default() -> Self {
        Self::new()
    }
}

impl Moments {
    /// Squared difference of a code by the variance, in steps of 1/[`STEPS`]: at most 2^24. All fits into 64 bits, since
    /// there are fewer than 2^16 images.
    fn score(self, value: i8, images: u32) -> u64 {
        let [count, sum, value] = [i64::from(images), i64::from(self.sum), i64::from(value)];
        let difference = (count * value - sum).unsigned_abs().pow(2);
        let variance =
            u64::from(images) * u64::from(self.squares) - sum.unsigned_abs().pow(2) + u64::from(images).pow(2);
        (u64::from(STEPS) * difference).checked_div(variance).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two cells of two channels. The first cell was (1, 0) and (3, 0): mean 2, variance 1 in its first channel.
    #[test]
    fn scores_are_those_of_the_formula() {
        let mut normal = NormalImages::<8>::new();
        assert_eq!(normal.score(&[0; 4]), Err(NoveltyError::TooFew));
        normal.learn(&[1, 0, 5, 5], 2).unwrap();
        normal.learn(&[3, 0, 5, 5], 2).unwrap();
        // (8 - 2)^2 / (1 + 1) = 18, (4 - 0)^2 / (0 + 1) = 16, mean 17; the second cell: (7 - 5)^2 / 1 = 4 once, mean 2.
        let scores: Vec<u32> = normal.scores(&[8, 4, 5, 7]).unwrap().collect();
        assert_eq!(scores, [17 * 256, 2 * 256]);
        assert_eq!(normal.score(&[2, 0, 5, 7]), Ok(Score { value: 512, cell: 1 }));
        assert_eq!([normal.learn(&[0; 4], 4), normal.learn(&[0; 2], 2)], [Err(NoveltyError::Size); 2]);
        assert_eq!(NormalImages::<3>::new().learn(&[0; 4], 2), Err(NoveltyError::Size));
        assert_eq!(NormalImages::<4>::new().learn(&[0; 3], 2), Err(NoveltyError::Size));
    }

    /// Scores 512 and 0: mean 256, standard deviation 256.
    #[test]
    fn the_threshold_is_of_mean_and_deviation() {
        let mut normal = NormalImages::<2>::new();
        [[0, 0], [0, 0]].iter().for_each(|map| normal.learn(map, 2).unwrap());
        assert_eq!(normal.threshold(), None);
        assert_eq!(normal.set_threshold(&[2, 0]).unwrap().value, 512);
        assert_eq!(normal.threshold(), Some(512));
        normal.set_threshold(&[0, 0]).unwrap();
        assert_eq!(normal.threshold(), Some(256 + 3 * 256));
        normal.learn(&[0, 0], 2).unwrap();
        assert_eq!(normal.threshold(), None);
    }

    proptest::proptest! {
        /// Against the same in real numbers.
        #[test]
        fn scores_are_near_those_of_real_numbers(maps: Vec<[i8; 3]>, map: [i8; 3]) {
            proptest::prop_assume!(maps.len() > 1);
            let mut normal = NormalImages::<3>::new();
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
