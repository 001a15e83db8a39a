//! The state of a run in one file, `checkpoint.tar`: written whole or not at all, resumed to the bit.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use anyhow::{Context, ensure};
use burn::module::Module;
use burn::optim::OptimizerRecord;
use burn::store::ModuleRecord;
use burn::tensor::Bytes;
use dim_host::hexadecimal::hexadecimal;
use dim_host::persist;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::average::WeightAverage;
use super::position::Position;
use super::run::EncoderWeights;
use super::step::Learner;
use crate::model::{DeepInfoMax, Discriminator, Encoder};

/// The first part of the file, with the checksum of each part after it in order.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    position: Position,
    sha256: Vec<String>,
}

const MANIFEST: &str = "manifest.json";
const NETWORKS: &str = "networks.bpk";
const DISCRIMINATOR: &str = "discriminator.bpk";
const OPTIMIZER: &str = "optimizer.bpk";
const DISCRIMINATOR_OPTIMIZER: &str = "discriminator-optimizer.bpk";
/// With noise as targets only.
const NOISE_TARGETS: &str = "noise-targets.bin";
/// The encoder's averaged weights, where settings ask for them.
const AVERAGE: &str = "average.bpk";
/// The encoder with whitened embeddings, where settings ask for it and the run has ended.
const WHITENED: &str = "whitened.bpk";

/// What is read of a file.
struct Saved {
    position: Position,
    networks: Bytes,
    discriminator: Bytes,
    optimizer: Bytes,
    discriminator_optimizer: Bytes,
    noise_targets: Option<Bytes>,
    average: Option<Bytes>,
    whitened: Option<Bytes>,
}

/// Replaces the checkpoint at `path`; `whitened` is the encoder of a run that has ended, where settings ask for it.
pub(super) fn save(
    path: &Path,
    learner: &Learner,
    whitened: Option<Encoder>,
    position: Position,
) -> anyhow::Result<()> {
    let discriminator = match &learner.discriminator {
        Discriminator::Prior(network) => network.valid().into_record(),
        Discriminator::Joint(network) => network.valid().into_record(),
    };
    let mut parts = vec![
        // In evaluation mode, because only then are the running statistics up to date.
        (NETWORKS, learner.networks.valid().into_record().into_bytes()?),
        (DISCRIMINATOR, discriminator.into_bytes()?),
        (OPTIMIZER, learner.optimizer.to_record().into_bytes()?),
        (DISCRIMINATOR_OPTIMIZER, learner.discriminator_optimizer.to_record().into_bytes()?),
    ];
    if let Some(targets) = &learner.noise_targets {
        parts.push((NOISE_TARGETS, Bytes::from_bytes_vec(targets.to_bytes())));
    }
    if let Some(average) = &learner.average {
        parts.push((AVERAGE, average.encoder.clone().into_record().into_bytes()?));
    }
    if let Some(encoder) = whitened {
        parts.push((WHITENED, encoder.into_record().into_bytes()?));
    }
    let manifest = Manifest { position, sha256: parts.iter().map(|(_, part)| sha256(position, part)).collect() };
    let mut archive = tar::Builder::new(Vec::new());
    append(&mut archive, MANIFEST, &serde_json::to_vec(&manifest)?)?;
    for (name, part) in &parts {
        append(&mut archive, name, part)?;
    }
    persist::write(path, &archive.into_inner()?)
}

/// Puts the state at `path` into `learner`, which has networks of the same shapes.
///
/// # Errors
/// If a part is missing or differs from its checksum.
pub(super) fn load(path: &Path, mut learner: Learner) -> anyhow::Result<(Learner, Position)> {
    let saved = read(path)?;
    let optimizers = [
        (&mut learner.optimizer, saved.optimizer),
        (&mut learner.discriminator_optimizer, saved.discriminator_optimizer),
    ];
    for (optimizer, bytes) in optimizers {
        *optimizer = optimizer.clone().load_record(OptimizerRecord::from_bytes(bytes).with_context(|| misfit(path))?);
    }
    learner.networks = load_module(path, learner.networks, saved.networks)?;
    learner.discriminator = match learner.discriminator {
        Discriminator::Prior(network) => Discriminator::Prior(load_module(path, network, saved.discriminator)?),
        Discriminator::Joint(network) => Discriminator::Joint(load_module(path, network, saved.discriminator)?),
    };
    learner.noise_targets = match (learner.noise_targets, saved.noise_targets) {
        (Some(targets), Some(bytes)) => Some(targets.given_as(&bytes).with_context(|| misfit(path))?),
        (None, None) => None,
        _ => anyhow::bail!(misfit(path)),
    };
    learner.average = match (learner.average, saved.average) {
        (Some(average), Some(bytes)) => {
            let encoder = load_module(path, average.encoder.clone(), bytes)?;
            Some(WeightAverage { encoder, ..average })
        }
        (None, None) => None,
        _ => anyhow::bail!(misfit(path)),
    };
    Ok((learner, saved.position))
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

/// The encoder alone, and which weights it has: those that are asked for, or else whitened ones where the run has ended so,
/// the average where it keeps one, and the last ones otherwise.
///
/// # Errors
/// As [`load`], or if it does not have those that are asked for.
pub(super) fn load_encoder(
    path: &Path,
    networks: DeepInfoMax,
    chosen: Option<EncoderWeights>,
) -> anyhow::Result<(Encoder, EncoderWeights)> {
    let Saved { whitened, average, networks: last, .. } = read(path)?;
    let has = [(EncoderWeights::Whitened, whitened.is_some()), (EncoderWeights::Average, average.is_some())];
    let best = has.into_iter().find(|(_, has)| *has).map_or(EncoderWeights::Last, |(weights, _)| weights);
    let weights = chosen.unwrap_or(best);
    let part = match weights {
        EncoderWeights::Whitened => whitened,
        EncoderWeights::Average => average,
        EncoderWeights::Last => return Ok((load_module(path, networks, last)?.encoder, weights)),
    };
    let part = part.with_context(|| format!("{}: has no {} weights", path.display(), weights.name()))?;
    Ok((load_module(path, networks.encoder.valid(), part)?, weights))
}

/// All networks, as they were when they last learned together.
///
/// # Errors
/// As [`load`].
pub(super) fn load_networks(path: &Path, networks: DeepInfoMax) -> anyhow::Result<DeepInfoMax> {
    let saved = read(path)?;
    load_module(path, networks, saved.networks)
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

fn read(path: &Path) -> anyhow::Result<Saved> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    unpack(&bytes).with_context(|| damaged(path))
}

fn damaged(path: &Path) -> String {
    format!("{}: damaged checkpoint; delete it and train again, or put a copy back", path.display())
}

fn unpack(bytes: &[u8]) -> anyhow::Result<Saved> {
    let mut parts = Vec::new();
    for entry in tar::Archive::new(bytes).entries()? {
        let mut entry = entry?;
        let (name, mut part) = (entry.path()?.to_string_lossy().into_owned(), Vec::new());
        entry.read_to_end(&mut part)?;
        parts.push((name, part));
    }
    let [(_, manifest), parts @ ..] = &parts[..] else { anyhow::bail!("it is empty") };
    let Manifest { position, sha256: stated } = serde_json::from_slice(manifest)?;
    ensure!(parts.len() == stated.len(), "{} parts found, {} expected", parts.len(), stated.len());
    for ((name, part), stated) in parts.iter().zip(&stated) {
        ensure!(sha256(position, part) == *stated, "the checksum of {name} is wrong");
    }
    let find = |wanted: &str| {
        let (_, part) = parts.iter().find(|(name, _)| name == wanted)?;
        Some(Bytes::from_bytes_vec(part.clone()))
    };
    let needed = |name: &str| find(name).with_context(|| format!("{name} is missing"));
    Ok(Saved {
        position,
        networks: needed(NETWORKS)?,
        discriminator: needed(DISCRIMINATOR)?,
        optimizer: needed(OPTIMIZER)?,
        discriminator_optimizer: needed(DISCRIMINATOR_OPTIMIZER)?,
        noise_targets: find(NOISE_TARGETS),
        average: find(AVERAGE),
        whitened: find(WHITENED),
    })
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
    hexadecimal(&hash.finalize())
}
