//! Who made a file: an Ed25519 signature behind it.
//!
//! | offset from the end of the file | bytes | field |
//! |---|---|---|
//! | 0 | 8 | magic: `93 53 49 47 0d 0a 1a 0a` |
//! | 8 | 32 | public key of the signer |
//! | 40 | 64 | signature of all bytes of the file, checksum included (RFC 8032, Ed25519) |
//!
//! A reader of models looks at no byte behind a file, so a signed one is read like any other.

use ed25519_dalek::{Signature, SigningKey, VerifyingKey};

use crate::Error;
use crate::layout::Layout;

/// The first eight bytes behind a signed file.
const MAGIC: [u8; 8] = *b"\x93SIG\r\n\x1a\n";
/// Bytes behind a signed file.
pub const SIGNATURE_BYTES: usize = MAGIC.len() + 32 + 64;

/// Why a file is not to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// Not a file that could be signed.
    #[error(transparent)]
    File(#[from] Error),
    /// There is no signature behind it.
    #[error("not signed")]
    Missing,
    /// Another key signed it.
    #[error("signed by another key than the trusted one")]
    OtherSigner,
    /// File or signature was changed after signing.
    #[error("the signature does not fit the file: one of them was changed")]
    Forged,
    /// The trusted key is not a point of the curve.
    #[error("the trusted public key is not an Ed25519 key")]
    Key,
}

/// Checks that the owner of `trusted`, an Ed25519 public key, signed this file.
///
/// `bytes` may be longer than file and signature, as a flash partition is. What the file holds is checked by
/// [`Model::parse`](crate::Model::parse) alone.
///
/// # Errors
/// [`SignatureError`].
pub fn verify(bytes: &[u8], trusted: &[u8; 32]) -> Result<(), SignatureError> {
    let Signed { file, signer, signature } = split(bytes)?;
    if signer != trusted {
        return Err(SignatureError::OtherSigner);
    }
    let key = VerifyingKey::from_bytes(trusted).map_err(|_| SignatureError::Key)?;
    key.verify_strict(file, &Signature::from_bytes(signature)).map_err(|_| SignatureError::Forged)
}

/// The public key that a signed file names; only [`verify`] tells whether its owner signed.
///
/// # Errors
/// [`SignatureError::File`], [`SignatureError::Missing`].
pub fn signer(bytes: &[u8]) -> Result<[u8; 32], SignatureError> {
    split(bytes).map(|signed| *signed.signer)
}

/// What stands behind `file` to make it a signed one; `secret` is the signer's 32-byte seed.
///
/// # Errors
/// If the bytes do not start with a whole file.
pub fn sign(bytes: &[u8], secret: &[u8; 32]) -> Result<[u8; SIGNATURE_BYTES], Error> {
    use ed25519_dalek::Signer;

    let file = file(bytes)?;
    let key = SigningKey::from_bytes(secret);
    let mut trailer = [0; SIGNATURE_BYTES];
    trailer[..8].copy_from_slice(&MAGIC);
    trailer[8..40].copy_from_slice(key.verifying_key().as_bytes());
    trailer[40..].copy_from_slice(&key.sign(file).to_bytes());
    Ok(trailer)
}

/// The file without what stands behind it.
fn file(bytes: &[u8]) -> Result<&[u8], Error> {
    let layout = Layout::read(bytes)?;
    bytes.get(..layout.file_bytes() as usize).ok_or(Error::BadLayout)
}

/// A file and what stands behind it.
struct Signed<'a> {
    file: &'a [u8],
    signer: &'a [u8; 32],
    signature: &'a [u8; 64],
}

fn split(bytes: &[u8]) -> Result<Signed<'_>, SignatureError> {
    let file = file(bytes)?;
    let behind = bytes.get(file.len()..).and_then(|behind| behind.strip_prefix(&MAGIC));
    let signed = behind.and_then(|behind| {
        let (signer, rest) = behind.split_first_chunk()?;
        Some(Signed { file, signer, signature: rest.first_chunk()? })
    });
    signed.ok_or(SignatureError::Missing)
}
