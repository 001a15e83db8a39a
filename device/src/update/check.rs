//! Whether an encoder may and can run on this device.

use dim_link::Refusal;
use dim_runtime::{Model, TapKind, TensorId};

/// Whose encoders a firmware takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// Anyone's.
    Anyone,
    /// Those that the owner of this Ed25519 public key signed.
    #[cfg(feature = "signature")]
    Key([u8; 32]),
}

/// What a firmware has set aside for an encoder, and whose it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the arena.
    pub arena: usize,
    /// Bytes of an image.
    pub image: usize,
    /// Units of an embedding.
    pub units: usize,
    /// Whose encoders run from a slot.
    pub trust: Trust,
}

impl Limits {
    /// The encoder at the start of these bytes, if it may run.
    ///
    /// # Errors
    /// Why not.
    pub fn check<'b>(&self, bytes: &'b [u8]) -> Result<Model<'b>, Refusal> {
        match self.trust {
            Trust::Anyone => {}
            #[cfg(feature = "signature")]
            Trust::Key(key) => dim_model_format::verify(bytes, &key).map_err(|_| Refusal::Untrusted)?,
        }
        let model = self.fits(bytes)?;
        if model.proof().is_none() {
            return Err(Refusal::NoProof);
        }
        Ok(model)
    }

    /// As [`Limits::check`], without whose it is and whether it can be proven.
    pub(crate) fn fits<'b>(&self, bytes: &'b [u8]) -> Result<Model<'b>, Refusal> {
        let model = Model::parse(bytes).map_err(|_| Refusal::Unreadable)?;
        let elements = |tensor: TensorId| u32::try_from(model.tensor(tensor).shape.elements()).unwrap_or(u32::MAX);
        let available = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        let needed = available(model.arena_bytes());
        if needed > available(self.arena) {
            return Err(Refusal::Arena { needed, available: available(self.arena) });
        }
        let needed = elements(TensorId(0));
        if needed > available(self.image) {
            return Err(Refusal::Image { needed, available: available(self.image) });
        }
        let needed = model.tap(TapKind::Embedding).map_or(0, elements);
        if needed > available(self.units) {
            return Err(Refusal::Units { needed, available: available(self.units) });
        }
        Ok(model)
    }
}
