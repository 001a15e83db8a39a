//! Which numbers an array holds.

use crate::npy::{Element, Kind};

/// The least and the greatest of some numbers, and whether all of them are numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range {
    pub(super) least: f64,
    pub(super) most: f64,
    pub(super) has_nan: bool,
}

impl Range {
    /// Of no numbers.
    pub(super) const NONE: Self = Self { least: f64::INFINITY, most: f64::NEG_INFINITY, has_nan: false };

    pub(super) fn add(&mut self, number: f64) {
        self.least = self.least.min(number);
        self.most = self.most.max(number);
        self.has_nan |= number.is_nan();
    }

    /// Levels to try, as the command line takes them; none if all numbers are the same or one is none.
    pub(super) fn levels(self, element: Element) -> Option<String> {
        let within = |low: f64, high: f64| low <= self.least && self.most <= high;
        let usual = match (element.kind, element.bytes) {
            (Kind::Bool, _) => Some((0.0, 1.0)),
            (Kind::Int, 1) => Some((-128.0, 127.0)),
            (Kind::Float, _) if within(0.0, 1.0) => Some((0.0, 1.0)),
            (Kind::Float, _) if within(-1.0, 1.0) => Some((-1.0, 1.0)),
            _ if within(0.0, 255.0) => Some((0.0, 255.0)),
            // As of pictures: a quarter of what 16 bits hold is worth spreading.
            (Kind::Uint, 2) if self.most - self.least >= 16_384.0 => Some((0.0, 65_535.0)),
            _ => None,
        };
        let is_range = !self.has_nan && self.least < self.most && self.least.is_finite() && self.most.is_finite();
        usual.or(is_range.then_some((self.least, self.most))).map(|(low, high)| format!("{low}:{high}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(kind: Kind, bytes: usize, is_big_endian: bool) -> Element {
        Element { kind, bytes, is_big_endian }
    }

    #[test]
    fn levels_that_fit_the_numbers() {
        let levels =
            |kind, bytes, least, most| Range { least, most, has_nan: false }.levels(element(kind, bytes, false));
        for (kind, bytes, [least, most], expected) in [
            (Kind::Float, 4, [0.0, 0.98], Some("0:1")),
            (Kind::Float, 4, [-0.9, 0.98], Some("-1:1")),
            (Kind::Float, 8, [0.0, 254.0], Some("0:255")),
            (Kind::Float, 8, [-40.5, 85.0], Some("-40.5:85")),
            (Kind::Int, 1, [-3.0, 9.0], Some("-128:127")),
            (Kind::Uint, 2, [0.0, 65_000.0], Some("0:65535")),
            (Kind::Uint, 2, [7000.0, 9000.0], Some("7000:9000")),
            (Kind::Bool, 1, [0.0, 1.0], Some("0:1")),
            (Kind::Float, 4, [400.0, 400.0], None),
        ] {
            assert_eq!(levels(kind, bytes, least, most).as_deref(), expected);
        }
    }
}
