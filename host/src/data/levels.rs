//! The part of a range of values that images use.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Two values of a file's own range that become 0 and 255; those between them follow in proportion, and those outside
/// become the nearer of the two.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Levels {
    low: f64,
    high: f64,
}

impl Levels {
    /// The range from `low` up to `high`; none unless both are finite and `low` is below `high`.
    pub fn new(low: f64, high: f64) -> Option<Self> {
        (low.is_finite() && high.is_finite() && low < high).then_some(Self { low, high })
    }

    /// The byte that a value becomes, rounded to the nearest.
    pub(super) fn byte(self, value: f64) -> u8 {
        // A cast to u8 saturates.
        ((value - self.low) / (self.high - self.low) * 255.0).round() as u8
    }

    /// The byte that each byte becomes.
    pub(super) fn table(self) -> [u8; 256] {
        std::array::from_fn(|value| self.byte(value as f64))
    }
}

impl FromStr for Levels {
    type Err = String;

    /// Reads `LOW:HIGH`.
    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once(':').and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?)));
        let levels = numbers.and_then(|(low, high)| Self::new(low, high));
        levels.ok_or_else(|| format!("{text}: expected LOW:HIGH, two numbers of which the first is smaller: 0:4095"))
    }
}

impl fmt::Display for Levels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.low, self.high)
    }
}

impl TryFrom<String> for Levels {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Levels> for String {
    fn from(levels: Levels) -> Self {
        levels.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_numbers_of_which_the_first_is_smaller() {
        for text in ["0:4095", "-128:127", "0:1", "0.25:0.5"] {
            assert_eq!(text.parse::<Levels>().unwrap().to_string(), text);
        }
        for text in ["", "4095", "1:0", "3:3", "0:x", "0:inf", "nan:1", "0:1:2"] {
            assert!(text.parse::<Levels>().unwrap_err().contains("expected LOW:HIGH"), "{text}");
        }
    }

    #[test]
    fn values_between_the_levels_follow_in_proportion() {
        let levels: Levels = "100:355".parse().unwrap();
        let bytes = [-1e300, 99.0, 100.0, 100.4, 100.5, 227.0, 355.0, 356.0, f64::INFINITY].map(|at| levels.byte(at));
        assert_eq!(bytes, [0, 0, 0, 0, 1, 127, 255, 255, 255]);
        let whole: Levels = "0:255".parse().unwrap();
        assert!(whole.table().iter().enumerate().all(|(value, byte)| value == usize::from(*byte)));
    }
}
