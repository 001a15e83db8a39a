//! Settings from a file, with an error in one line, and back.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;
use toml::de::{DeTable, Deserializer};

use super::{TrainConfig, encoder, recipe};
use crate::line::line;
use crate::spelling::nearest;

impl TrainConfig {
    /// Reads a TOML file.
    ///
    /// # Errors
    /// Naming the file, and the key that is unknown or has the wrong type.
    pub fn from_file(path: &Path) -> anyhow::Result<Self> {
        Self::from_text(&read(path)?, path)
    }

    /// Reads the settings of a run. Those of an older program name a preset, and `edge32` was then what is `edge32-fc` now.
    ///
    /// # Errors
    /// As [`TrainConfig::from_file`].
    pub fn from_run(path: &Path) -> anyhow::Result<Self> {
        Self::from_text(&read(path)?.replace("preset = \"edge32\"\n", "preset = \"edge32-fc\"\n"), path)
    }

    /// Reads what stands in the file at `path`.
    fn from_text(text: &str, path: &Path) -> anyhow::Result<Self> {
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::from_toml(text, folder).with_context(|| path.display().to_string())
    }

    /// Reads TOML that stands in `folder`, where the file of an encoder, the run of a teacher and files of
    /// embeddings are sought.
    ///
    /// # Errors
    /// As [`TrainConfig::from_file`].
    pub fn from_toml(text: &str, folder: &Path) -> anyhow::Result<Self> {
        let mut settings = DeTable::parse(text).map_err(|error| one_line(&error, text))?;
        let encoder = encoder::take(settings.get_mut(), text, folder)?;
        recipe::fill(settings.get_mut(), text)?;
        let config = Self::deserialize(Deserializer::from(settings)).map_err(|error| one_line(&error, text))?;
        let from_here = |path: PathBuf| std::path::absolute(folder.join(path));
        let teacher = config.teacher.map(from_here).transpose()?;
        let clusters_of = config.clusters_of.into_iter().map(from_here).collect::<Result<_, _>>()?;
        Ok(Self { encoder: encoder.unwrap_or(config.encoder), teacher, clusters_of, ..config })
    }

    /// Every setting, and the whole description of the encoder.
    ///
    /// # Errors
    /// Of a setting that TOML cannot say, such as a number beyond its integers.
    pub fn to_toml(&self) -> anyhow::Result<String> {
        Ok(format!("{}\n[encoder]\n{}", toml::to_string(self)?, self.encoder.to_toml()))
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}

/// toml's message without its drawing of the source.
fn one_line(error: &toml::de::Error, text: &str) -> anyhow::Error {
    let line = error.span().map(|span| line(text, span.start));
    let message = with_nearest(&error.message().replace('\n', " "));
    match line {
        Some(line) => anyhow::anyhow!("line {line}: {message}"),
        None => anyhow::anyhow!("{message}"),
    }
}

/// A message about an unknown field with the likeliest one instead of all that there are.
fn with_nearest(message: &str) -> String {
    let Some((start, known)) = message.split_once(", expected one of ") else { return message.to_owned() };
    let Some(unknown) = start.strip_prefix("unknown field ") else { return message.to_owned() };
    let known = known.split(", ").map(|known| known.trim_matches('`')).chain(encoder::KEYS).chain([recipe::KEY]);
    let nearest = nearest(unknown.trim_matches('`'), known).unwrap_or_default();
    format!("{start}; did you mean `{nearest}`?")
}

#[cfg(test)]
mod tests;
