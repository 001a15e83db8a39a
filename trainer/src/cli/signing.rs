//! Commands of those who sign and verify.

use std::path::PathBuf;

use clap::Args;

/// `dim keygen`
#[derive(Debug, Args)]
pub struct KeygenArgs {
    /// Private key to write, in PKCS #8 PEM; the public one goes beside it, as .pub.pem
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// `dim sign`
#[derive(Debug, Args)]
pub struct SignArgs {
    /// The .dim file; a signature that it has is replaced
    pub file: PathBuf,
    /// Private Ed25519 key in PEM, of `dim keygen` or `openssl genpkey -algorithm ed25519`
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// The signed file to write, if not the file itself
    #[arg(short, long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// `dim verify`
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The signed .dim file
    pub file: PathBuf,
    /// Public Ed25519 key in PEM, of the signer whom you trust
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}
