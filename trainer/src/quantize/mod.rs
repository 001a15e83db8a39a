//! From a trained float encoder to an int8 `.dim` file.
//!
//! [`calibrate`] observes ranges, [`lower`] turns numbers into integers; from there on nothing knows burn
//! but [`verify`], which compares the result with what it came from.

mod calibrate;
mod cost;
mod critic;
mod device_arithmetic;
mod encoder;
mod filter;
mod loss;
mod lower;
mod noise;
mod observer;
mod provenance;
mod range;
mod verify;
mod weight_bits;

pub use calibrate::calibrate;
pub use cost::{Cost, DeviceCost, cost};
pub use critic::{CalibratedBranch, CalibratedCritic, calibrate_critic};
pub use device_arithmetic::DeviceArithmetic;
pub use dim_tflite::quantize_multiplier;
pub use encoder::{CALIBRATION, QuantizeOptions, quantize};
pub use loss::{Loss, Losses};
pub use lower::{LowerError, lower};
pub use noise::LayerNoise;
pub use observer::Observer;
pub use provenance::Provenance;
pub use range::Range;
pub use verify::{BothInformation, Likeness, QuantizationReport, likeness, verify};
