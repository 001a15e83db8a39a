//! Keys of signers, in the files that OpenSSL reads and writes: PKCS #8 and SubjectPublicKeyInfo in PEM.

use std::path::Path;

use anyhow::{Context, anyhow};
use ed25519_dalek::SigningKey;
use ed25519_dalek::VerifyingKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};

use crate::persist;

/// A new key pair from the system's random numbers.
///
/// # Errors
/// If the system has none.
pub fn generate() -> anyhow::Result<SigningKey> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| anyhow!("drawing a key: {error}"))?;
    Ok(SigningKey::from_bytes(&seed))
}

/// Reads a private key.
///
/// # Errors
/// Naming the file and how to make one.
pub fn read_private(path: &Path) -> anyhow::Result<SigningKey> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    SigningKey::from_pkcs8_pem(&text).map_err(|_| {
        anyhow!("{}: no private Ed25519 key in PKCS #8 PEM; `dim keygen --out KEY.pem` makes one", path.display())
    })
}

/// Reads a public key.
///
/// # Errors
/// Naming the file and where public keys come from.
pub fn read_public(path: &Path) -> anyhow::Result<VerifyingKey> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    VerifyingKey::from_public_key_pem(&text).map_err(|_| {
        anyhow!("{}: no public Ed25519 key in PEM; `dim keygen` writes it beside the private one", path.display())
    })
}

/// Writes a private key, which its owner alone may read, and never over another file. Returns whether it is in a file.
///
/// # Errors
/// If the file is there already or cannot be written.
pub fn write_private(path: &Path, key: &SigningKey) -> anyhow::Result<bool> {
    let text = key.to_pkcs8_pem(LineEnding::LF).map_err(|error| anyhow!("encoding the key: {error}"))?;
    persist::write_new(path, text.as_bytes(), 0o600)
}

/// Writes a public key, never over another file.
///
/// # Errors
/// If the file is there already or cannot be written.
pub fn write_public(path: &Path, key: &VerifyingKey) -> anyhow::Result<()> {
    let text = key.to_public_key_pem(LineEnding::LF).map_err(|error| anyhow!("encoding the key: {error}"))?;
    persist::write_new(path, text.as_bytes(), 0o644).map(drop)
}
