//! `dim keygen`, `dim sign` and `dim verify`: who made a `.dim` file.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use dim_host::hexadecimal::hexadecimal;
use dim_host::{persist, signing};
use dim_model_format::{Model, SignatureError, sign, signer, verify};
use serde::Serialize;

use super::input::{read, unusable};
use super::output::print_json;
use crate::arguments::{KeygenArgs, SignArgs, VerifyArgs};

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Summary {
    /// Of the encoder; none where only a key was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<String>,
    /// 32 bytes, as a firmware is built with.
    public_key: String,
}

pub(super) fn keygen(args: &KeygenArgs) -> anyhow::Result<ExitCode> {
    let key = signing::generate()?;
    let public = args.out.with_extension("pub.pem");
    for file in [&args.out, &public] {
        ensure!(!file.is_file(), "{}: exists already; choose another --out", file.display());
    }
    let has_file = signing::write_private(&args.out, &key)?;
    if has_file {
        signing::write_public(&public, &key.verifying_key())?;
    }
    let summary = Summary { identity: None, public_key: hexadecimal(key.verifying_key().as_bytes()) };
    if args.json {
        print_json(&summary)?;
    } else {
        println!("wrote {}, which only you can read: whoever has it signs in your name", args.out.display());
        if has_file {
            println!("wrote {}, for those who verify", public.display());
        } else {
            println!("  `openssl pkey -pubout` makes the file for those who verify");
        }
        println!("  public key  {}", summary.public_key);
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn sign_file(args: &SignArgs) -> anyhow::Result<ExitCode> {
    let bytes = read(&args.file)?;
    let model = Model::parse(&bytes).with_context(|| unusable(&args.file))?;
    let key = signing::read_private(&args.key)?;
    let file = &bytes[..model.file_bytes()];
    let signature = sign(file, &key.to_bytes())?;
    let out = args.out.as_ref().unwrap_or(&args.file);
    persist::write(out, &[file, &signature].concat())?;
    let summary = summary(&model, key.verifying_key().as_bytes());
    if args.json {
        print_json(&summary)?;
    } else {
        println!("signed {}, encoder {}", out.display(), model.identity());
        println!("  public key  {}", summary.public_key);
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn verify_file(args: &VerifyArgs) -> anyhow::Result<ExitCode> {
    let bytes = read(&args.file)?;
    let trusted = signing::read_public(&args.key)?;
    verify(&bytes, trusted.as_bytes()).map_err(|error| explain(error, &bytes, &args.file))?;
    let model = Model::parse(&bytes).with_context(|| unusable(&args.file))?;
    let summary = summary(&model, trusted.as_bytes());
    if args.json {
        print_json(&summary)?;
    } else {
        println!("{}: signed by the owner of {}", args.file.display(), args.key.display());
        println!("  encoder     {} {}", model.about().name, model.identity());
        println!("  public key  {}", summary.public_key);
    }
    Ok(ExitCode::SUCCESS)
}

fn explain(error: SignatureError, bytes: &[u8], path: &Path) -> anyhow::Error {
    let path = path.display();
    match (error, signer(bytes)) {
        (SignatureError::Missing, _) => anyhow::anyhow!("{path}: not signed; `dim sign` does it"),
        (SignatureError::OtherSigner, Ok(other)) => {
            anyhow::anyhow!("{path}: {error}, whose public key is {}", hexadecimal(&other))
        }
        _ => anyhow::Error::new(error).context(path.to_string()),
    }
}

fn summary(model: &Model<'_>, key: &[u8; 32]) -> Summary {
    Summary { identity: Some(model.identity().to_string()), public_key: hexadecimal(key) }
}
