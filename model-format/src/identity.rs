//! What an embedding depends on, as a number: written into the file, and computed anew by whoever doubts it.

#[cfg(feature = "alloc")]
use sha2::{Digest, Sha256};

/// Names what an embedding depends on: the first 16 bytes of the SHA-256 of the graph and the weights.
///
/// Two files with the same identity compute the same embeddings, whatever their names and provenance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity(pub [u8; 16]);

impl core::fmt::Display for Identity {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// First 16 bytes of the SHA-256 of the postcard graph and the weights section.
#[cfg(feature = "alloc")]
pub(crate) fn identity(graph: &[u8], weights: &[u8]) -> Identity {
    let digest = Sha256::new().chain_update(graph).chain_update(weights).finalize();
    let mut identity = [0; 16];
    identity.copy_from_slice(&digest[..16]);
    Identity(identity)
}
