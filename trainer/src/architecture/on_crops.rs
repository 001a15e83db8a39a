//! Which encoders the file format has the operators of.

use super::Architecture;

/// An encoder that works on crops, for which the file format has no operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} cannot be quantized: it works on crops of the image one by one, which a .dim file cannot say; train an encoder \
     without crops for a device"
)]
pub struct OnCrops(
    /// Name of the encoder.
    pub String,
);

impl Architecture {
    /// Checks that the file format has every operator.
    ///
    /// # Errors
    /// [`OnCrops`].
    pub fn check_operators(&self) -> Result<(), OnCrops> {
        if self.is_folded() { Err(OnCrops(self.name.clone())) } else { Ok(()) }
    }
}
