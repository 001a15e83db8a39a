//! How far normal images may be from normal ones.

/// Scores of normal images that were not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threshold {
    /// How many they are.
    pub images: u32,
    /// Of their scores.
    pub sum: u64,
    /// Of their scores.
    pub squares: u128,
}

impl Threshold {
    /// Of no image.
    pub const NONE: Self = Self { images: 0, sum: 0, squares: 0 };

    /// Takes a score.
    pub(super) fn take(&mut self, score: u32) {
        self.images = self.images.saturating_add(1);
        self.sum = self.sum.saturating_add(score.into());
        self.squares = self.squares.saturating_add(u128::from(score).pow(2));
    }

    /// The mean of the scores plus three of their standard deviations, both rounded down. `None` of none.
    pub fn value(self) -> Option<u32> {
        let count = u128::from(self.images);
        let mean = u128::from(self.sum).checked_div(count)?;
        let spread = count.saturating_mul(self.squares).saturating_sub(u128::from(self.sum).pow(2));
        let deviation = spread.isqrt().checked_div(count)?;
        Some(u32::try_from(mean.saturating_add(deviation.saturating_mul(3))).unwrap_or(u32::MAX))
    }
}
