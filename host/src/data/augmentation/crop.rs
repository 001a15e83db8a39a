//! How much of an image a view shows.

use std::ops::RangeInclusive;

use super::strength::Strength;

/// How much of an image a view shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crop {
    /// As much as the kind of augmentation says.
    Large,
    /// 5 % to 25 % of its area, scaled to the encoder's input: the small crops of multi-crop (Caron et al. 2020, where they
    /// have 5 % to 14 % of photographs that are ten times as wide).
    Small,
}

impl Crop {
    /// Shares of the area that a scaled part may have; at no strength only the largest.
    pub(super) fn areas(self, strength: Strength) -> RangeInclusive<f64> {
        let (least, most) = match self {
            Self::Large => (0.3, 1.0),
            Self::Small => (0.05, 0.25),
        };
        strength.between(most, least)..=most
    }
}
