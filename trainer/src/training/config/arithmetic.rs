//! What the encoder computes with while it learns.

use anyhow::ensure;
use dim_model_format::Rounding;
use serde::{Deserialize, Serialize};

use super::TrainConfig;
use crate::model::Precision;
use crate::quantize::check_operators;

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
}

impl Arithmetic {
    /// Of a device that rounds in this way.
    pub const fn of_device(rounding: Rounding) -> Self {
        match rounding {
            Rounding::Single => Self::Int8SingleRounding,
            _ => Self::Int8,
        }
    }

    /// How the device rounds; `None` of floats.
    pub const fn rounding(self) -> Option<Rounding> {
        match self {
            Self::Float => None,
            Self::Int8 => Some(Rounding::Double),
            Self::Int8SingleRounding => Some(Rounding::Single),
        }
    }

    /// In the name of an objective.
    pub(super) const fn remark(self) -> Option<&'static str> {
        match self {
            Self::Float => None,
            Self::Int8 => Some("int8 arithmetic"),
            Self::Int8SingleRounding => Some("int8 arithmetic with a single rounding"),
        }
    }
}

impl TrainConfig {
    /// Why the device's arithmetic cannot be set from the start.
    pub(in crate::training) const NEEDS_TRAINED_ENCODER: &str = "arithmetic: the device's integers need the ranges of a trained \
                                                     encoder; train with \"float\", then run `dim finetune`";

    /// Checks that settings can be trained with from the start.
    ///
    /// # Errors
    /// Of settings that only `dim finetune` makes.
    pub fn check_starts_fresh(&self) -> anyhow::Result<()> {
        ensure!(self.arithmetic == Arithmetic::Float, Self::NEEDS_TRAINED_ENCODER);
        Ok(())
    }

    /// The device's integers are of operators that a file can name, and beside floats of 32 bits.
    pub(super) fn validate_arithmetic(&self) -> anyhow::Result<()> {
        if self.arithmetic == Arithmetic::Float {
            return Ok(());
        }
        let precision = self.precision;
        ensure!(
            precision == Precision::F32,
            "precision = {:?}: the device's arithmetic has gradients in f32 only; set precision = \"f32\"",
            precision.name()
        );
        Ok(check_operators(&self.preset.architecture())?)
    }
}
