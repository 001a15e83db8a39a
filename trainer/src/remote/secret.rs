//! What a lending machine and those that compute on it have in common.

use std::fs::File;
use std::io::Read;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, ensure};
use iroh::SecretKey;
use sha2::{Digest, Sha256};

/// The environment variable that names the file.
const VARIABLE: &str = "DIM_SECRET";

/// Fewer bytes could be guessed.
const SHORTEST: usize = 32;

/// A digest of a file that both machines have, of which the keys of each address are made: `SHA-256(digest, purpose, address)`.
pub(super) struct Secret([u8; 32]);

impl Secret {
    /// Of the file that `DIM_SECRET` names.
    ///
    /// # Errors
    /// If it names none, or one that cannot be read, is shorter than 32 bytes, or can be read by others than its owner.
    pub(super) fn of_environment() -> anyhow::Result<Self> {
        let path = std::env::var_os(VARIABLE).map(PathBuf::from).with_context(|| {
            format!("{VARIABLE} is not set; set it to a file that both machines have, as `dim keygen -o secret.pem` makes one")
        })?;
        let named = || format!("{VARIABLE}: {}", path.display());
        let mut file = File::open(&path).with_context(named)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = file.metadata().with_context(named)?.permissions().mode();
            ensure!(mode & 0o077 == 0, "{}: others than its owner can read it; chmod 600 it", named());
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).with_context(named)?;
        ensure!(
            bytes.len() >= SHORTEST,
            "{}: {} bytes, which could be guessed; take {SHORTEST} at least, as `dim keygen -o secret.pem` writes",
            named(),
            bytes.len()
        );
        Ok(Self::of(&bytes))
    }

    fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// By whose public half the lender of `address` is known to those who dial it.
    pub(super) fn identity(&self, address: SocketAddr) -> SecretKey {
        SecretKey::from_bytes(&self.derive("identity", address))
    }

    /// What the lender of `address` asks of those who dial it, once it is known to be itself.
    pub(super) fn credential(&self, address: SocketAddr) -> [u8; 32] {
        self.derive("credential", address)
    }

    fn derive(&self, purpose: &str, address: SocketAddr) -> [u8; 32] {
        let words = format!("dim serve {purpose} {} {}", address.ip(), address.port());
        Sha256::new().chain_update(self.0).chain_update(words).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_follow_from_the_secret_the_purpose_and_the_address() {
        let [here, there] = ["127.0.0.1:4246", "127.0.0.1:4247"].map(|text| text.parse::<SocketAddr>().unwrap());
        let [secret, other] = [b"one", b"two"].map(|bytes| Secret::of(bytes));
        let keys = [
            secret.identity(here).to_bytes(),
            secret.identity(there).to_bytes(),
            secret.credential(here),
            secret.credential(there),
            other.identity(here).to_bytes(),
            other.credential(here),
        ];
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[..index].contains(key), "{index}");
        }
        assert_eq!(Secret::of(b"one").credential(here), keys[2]);
    }
}
