//! Commands of those who sign and verify.

use std::path::PathBuf;

use clap::Args;

/// `dim keygen`
#[derive(Debug, Args)]
pub(crate) struct KeygenArgs {
    /// Private key to write, in PKCS #8 PEM; the public one goes beside it, as .pub.pem
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dim sign`
#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    /// The .dim file; a signature that it has is replaced
    pub(crate) file: PathBuf,
    /// Private Ed25519 key in PEM, of `dim keygen` or `openssl genpkey -algorithm ed25519`
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// The signed file to write, if not the file itself
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dim verify`
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The signed .dim file
    pub(crate) file: PathBuf,
    /// Public Ed25519 key in PEM, of the signer whom you trust
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}
