//! What the encoder computes with while it learns.

use dim_model_format::Rounding;
use serde::{Deserialize, Serialize};

use super::{Integers, WeightBits};

/// Arithmetic of the encoder's forward pass; gradients, critics and losses are of floats in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arithmetic {
    /// Floating point
    #[default]
    Float,
    /// The device's integers, to the bit: of runs that `dim finetune` made
    Int8,
    /// The same with a single rounding
    Int8SingleRounding,
    /// The device's integers, with weights of four bits
    Int4,
    /// The same with a single rounding
    Int4SingleRounding,
}

impl Arithmetic {
    /// Of a device that computes with these.
    pub const fn of_device(Integers { rounding, weights }: Integers) -> Self {
        match (weights, rounding) {
            (WeightBits::Int8, Rounding::Single) => Self::Int8SingleRounding,
            (WeightBits::Int8, _) => Self::Int8,
            (WeightBits::Int4, Rounding::Single) => Self::Int4SingleRounding,
            (WeightBits::Int4, _) => Self::Int4,
        }
    }

    /// What the device computes with; `None` of floats.
    pub const fn integers(self) -> Option<Integers> {
        let (weights, rounding) = match self {
            Self::Float => return None,
            Self::Int8 => (WeightBits::Int8, Rounding::Double),
            Self::Int8SingleRounding => (WeightBits::Int8, Rounding::Single),
            Self::Int4 => (WeightBits::Int4, Rounding::Double),
            Self::Int4SingleRounding => (WeightBits::Int4, Rounding::Single),
        };
        Some(Integers { rounding, weights })
    }

    /// In the name of an objective.
    pub(super) const fn remark(self) -> Option<&'static str> {
        match self {
            Self::Float => None,
            Self::Int8 => Some("int8 arithmetic"),
            Self::Int8SingleRounding => Some("int8 arithmetic with a single rounding"),
            Self::Int4 => Some("int8 arithmetic with weights of four bits"),
            Self::Int4SingleRounding => Some("int8 arithmetic with weights of four bits and a single rounding"),
        }
    }
}
