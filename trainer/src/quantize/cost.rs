//! What an encoder costs, before it is trained.

use std::fmt;

use dim_model_format::{About, Model};
use serde::Serialize;

use super::{DeviceArithmetic, LowerError, Range, lower};
use crate::architecture::Architecture;
use crate::model::FloatEncoder;
use crate::settings::Integers;

/// Numbers that do not depend on what is learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Numbers that are learned.
    pub parameters: usize,
    /// Multiply-accumulates of an image, padding included.
    pub macs: usize,
    /// On a device; absent where an encoder works on crops, which no file can say.
    pub device: Option<DeviceCost>,
}

/// What an encoder with weights of 8 bits needs on a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DeviceCost {
    /// Of the whole file, without the texts about training that `dim quantize` adds.
    pub file_bytes: usize,
    /// Weights, biases and factors.
    pub weight_bytes: usize,
    /// Activations and scratch memory.
    pub arena_bytes: usize,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} parameters, {} MAC", self.parameters, self.macs)?;
        match self.device {
            Some(DeviceCost { file_bytes, arena_bytes, .. }) => {
                write!(f, "; int8: {file_bytes} bytes of file, {arena_bytes} of arena")
            }
            None => write!(f, "; on crops, for which there is no .dim file"),
        }
    }
}

/// Plans the file of an encoder whose weights are all zero: sizes are those of the trained one.
///
/// # Errors
/// [`LowerError`], if no valid file would come of it.
pub fn cost(architecture: &Architecture) -> Result<Cost, LowerError> {
    let device = if architecture.is_folded() { None } else { Some(on_device(architecture)?) };
    Ok(Cost { parameters: architecture.parameters(), macs: architecture.macs(), device })
}

fn on_device(architecture: &Architecture) -> Result<DeviceCost, LowerError> {
    let arithmetic = DeviceArithmetic::new(vec![Range::default(); architecture.layers.len()], Integers::default());
    let zeros = FloatEncoder::zeros(architecture);
    let file = lower(&zeros, &arithmetic, None, About::named(&architecture.name))?;
    let model = Model::parse(&file)?;
    Ok(DeviceCost {
        file_bytes: model.file_bytes(),
        weight_bytes: model.weight_bytes(),
        arena_bytes: model.arena_bytes(),
    })
}
