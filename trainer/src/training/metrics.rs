//! What is recorded of each step, one JSON object a line in `metrics.jsonl`.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// Losses of one step; mutual information in nats.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Steps done, from 1.
    pub step: usize,
    /// What encoder and critic minimize.
    pub loss: f32,
    /// Jensen-Shannon estimate of the local mutual information, at most `2 ln 2`.
    pub local_information: f32,
    /// What the encoder minimizes against the discriminator; `ln 2` where it cannot be told from the prior.
    pub prior: f32,
    /// What the discriminator minimizes; `2 ln 2` where it cannot tell.
    pub discriminator: f32,
}

/// Appends to `metrics.jsonl`.
#[derive(Debug)]
pub(super) struct MetricsLog {
    path: PathBuf,
    file: BufWriter<File>,
}

impl MetricsLog {
    /// Opens the log and drops what it says of steps after `last_step`.
    pub(super) fn open(path: &Path, last_step: usize) -> anyhow::Result<Self> {
        let kept: String = read(path)?
            .iter()
            .filter(|metrics| metrics.step <= last_step)
            .map(|metrics| serde_json::to_string(metrics).map(|line| line + "\n"))
            .collect::<Result<_, _>>()?;
        crate::persist::write(path, kept.as_bytes())?;
        let file = OpenOptions::new().append(true).open(path).with_context(|| path.display().to_string())?;
        Ok(Self { path: path.to_owned(), file: BufWriter::new(file) })
    }

    pub(super) fn append(&mut self, metrics: &Metrics) -> anyhow::Result<()> {
        let line = serde_json::to_string(metrics)? + "\n";
        self.file.write_all(line.as_bytes()).with_context(|| format!("writing {}", self.path.display()))
    }

    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        self.file.flush().with_context(|| format!("writing {}", self.path.display()))
    }
}

/// The metrics of a run so far; a half-written last line, as after a power cut, is left out.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<Metrics>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text.lines().map_while(|line| serde_json::from_str(line).ok()).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
    }
}
