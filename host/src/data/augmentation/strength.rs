//! How much of the ranges that views are drawn from is used.

/// From 0, where a view is the image as it is or mirrored, to 1, where it is drawn from the whole ranges.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strength(f64);

impl Strength {
    /// The whole ranges.
    pub const FULL: Self = Self(1.0);

    /// What lies outside of 0 to 1 becomes the nearer of the two, and what is no number 0.
    pub fn new(share: f64) -> Self {
        Self(if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) })
    }

    /// This share of what is full; at full strength that itself, to the bit.
    pub(super) fn of(self, full: f64) -> f64 {
        full * self.0
    }

    /// As [`Strength::of`], in 32 bits.
    pub(super) fn of_f32(self, full: f32) -> f32 {
        full * self.0 as f32
    }

    /// This share of the way from `none` to `full`; at full strength `full`, to the bit.
    pub(super) fn between(self, none: f64, full: f64) -> f64 {
        none * (1.0 - self.0) + full * self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_at_0_the_whole_at_1_and_a_share_between() {
        for full in [0.3, 0.7_f64.ln(), 1.0 / 3.0] {
            assert_eq!(Strength::FULL.of(full).to_bits(), full.to_bits());
            assert_eq!(Strength::FULL.between(0.9, full).to_bits(), full.to_bits());
            assert_eq!(Strength::new(0.0).between(0.9, full), 0.9);
        }
        assert_eq!((Strength::new(0.5).of(0.3), Strength::new(0.25).between(1.0, 0.0)), (0.15, 0.75));
        assert_eq!([-1.0, f64::NAN, 7.0].map(Strength::new), [0.0, 0.0, 1.0].map(Strength));
    }
}
