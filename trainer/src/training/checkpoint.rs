//! The state of a run in one file, `checkpoint.tar`: written whole or not at all, resumed to the bit.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use anyhow::{Context, ensure};
use burn::module::Module;
use burn::optim::OptimizerRecord;
use burn::store::ModuleRecord;
use burn::tensor::Bytes;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::step::Learner;
use crate::model::DeepInfoMax;
use crate::persist;

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Position {
    /// Whole passes done.
    pub(super) epoch: usize,
    /// Steps done in the pass after them.
    pub(super) step_in_epoch: usize,
}

/// The parts of the file, in order, with the checksum of each in the first.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    position: Position,
    sha256: [String; 4],
}

const MANIFEST: &str = "manifest.json";
const PARTS: [&str; 4] = ["networks.bpk", "discriminator.bpk", "optimizer.bpk", "discriminator-optimizer.bpk"];

/// Replaces the checkpoint at `path`.
pub(super) fn save(path: &Path, learner: &Learner, position: Position) -> anyhow::Result<()> {
    let parts = [
        // In evaluation mode, because only then are the running statistics up to date.
        learner.networks.valid().into_record().into_bytes()?,
        learner.discriminator.valid().into_record().into_bytes()?,
        learner.optimizer.to_record().into_bytes()?,
        learner.discriminator_optimizer.to_record().into_bytes()?,
    ];
    let manifest = Manifest { position, sha256: parts.each_ref().map(|part| sha256(position, part)) };
    let mut archive = tar::Builder::new(Vec::new());
    append(&mut archive, MANIFEST, &serde_json::to_vec(&manifest)?)?;
    for (name, part) in PARTS.iter().zip(&parts) {
        append(&mut archive, name, part)?;
    }
    persist::write(path, &archive.into_inner()?)
}

/// Puts the state at `path` into `learner`, which has networks of the same shapes.
///
/// # Errors
/// If a part is missing or differs from its checksum.
pub(super) fn load(path: &Path, mut learner: Learner) -> anyhow::Result<(Learner, Position)> {
    let (position, [networks, discriminator, optimizer, discriminator_optimizer]) = read(path)?;
    let optimizers =
        [(&mut learner.optimizer, optimizer), (&mut learner.discriminator_optimizer, discriminator_optimizer)];
    for (optimizer, bytes) in optimizers {
        *optimizer = optimizer.clone().load_record(OptimizerRecord::from_bytes(bytes).with_context(|| misfit(path))?);
    }
    learner.networks = load_module(path, learner.networks, networks)?;
    learner.discriminator = load_module(path, learner.discriminator, discriminator)?;
    Ok((learner, position))
}

/// Where the run stands, without a look at the rest of the file.
pub(super) fn position(path: &Path) -> anyhow::Result<Position> {
    let file = File::open(path).with_context(|| format!("reading {}", path.display()))?;
    let mut archive = tar::Archive::new(BufReader::new(file));
    let mut manifest = || -> anyhow::Result<Manifest> {
        let first = archive.entries()?.next().context("it is empty")?;
        Ok(serde_json::from_reader(first?)?)
    };
    Ok(manifest().with_context(|| damaged(path))?.position)
}

/// The networks alone.
pub(super) fn load_networks(path: &Path, networks: DeepInfoMax) -> anyhow::Result<DeepInfoMax> {
    let (_, [bytes, ..]) = read(path)?;
    load_module(path, networks, bytes)
}

fn load_module<M: Module>(path: &Path, module: M, bytes: Bytes) -> anyhow::Result<M> {
    ModuleRecord::from_bytes(bytes)
        .and_then(|record| module.try_load_record(record))
        .map_err(|_| anyhow::anyhow!(misfit(path)))
}

fn misfit(path: &Path) -> String {
    format!(
        "{}: does not fit the config.toml beside it; put back the settings that the run was started with",
        path.display()
    )
}

fn read(path: &Path) -> anyhow::Result<(Position, [Bytes; 4])> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    unpack(&bytes).with_context(|| damaged(path))
}

fn damaged(path: &Path) -> String {
    format!("{}: damaged checkpoint; delete it and train again, or put a copy back", path.display())
}

fn unpack(bytes: &[u8]) -> anyhow::Result<(Position, [Bytes; 4])> {
    let mut parts = Vec::new();
    for entry in tar::Archive::new(bytes).entries()? {
        let mut part = Vec::new();
        entry?.read_to_end(&mut part)?;
        parts.push(part);
    }
    let [manifest, parts @ ..] = &parts[..] else { anyhow::bail!("it is empty") };
    let manifest: Manifest = serde_json::from_slice(manifest)?;
    ensure!(parts.len() == PARTS.len(), "{} parts found, {} expected", parts.len(), PARTS.len());
    for ((name, part), stated) in PARTS.iter().zip(parts).zip(&manifest.sha256) {
        ensure!(sha256(manifest.position, part) == *stated, "the checksum of {name} is wrong");
    }
    Ok((manifest.position, std::array::from_fn(|part| Bytes::from_bytes_vec(parts[part].clone()))))
}

fn append(archive: &mut tar::Builder<Vec<u8>>, name: &str, part: &[u8]) -> anyhow::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(part.len() as u64);
    header.set_mode(0o644);
    Ok(archive.append_data(&mut header, name, part)?)
}

/// The position is part of every checksum, so that none of the parts can be moved to another one.
fn sha256(position: Position, part: &[u8]) -> String {
    let hash = Sha256::new().chain_update(format!("{position:?}")).chain_update(part);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
