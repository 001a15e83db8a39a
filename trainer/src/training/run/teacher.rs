//! The encoder of another run that a run learns from.

use anyhow::{Context, ensure};
use burn::tensor::Device;

use super::TaughtBy;
use super::folder::Run;
use crate::model::Encoder;
use crate::settings::TrainConfig;

impl Run {
    /// The encoder that this run learns from.
    ///
    /// # Errors
    /// If its run is gone or unfinished, or is another one than when this run began.
    pub(in crate::training) fn teacher(&self, device: &Device) -> anyhow::Result<Option<Encoder>> {
        let (Some((encoder, found)), Some(known)) = (Self::teacher_of(&self.config, device)?, &self.taught_by) else {
            return Ok(None);
        };
        ensure!(
            found.sha256 == known.sha256,
            "teacher: is not the one that {} has learned from (sha256 {:.16}, not {:.16}); put that one back, or name its \
             place in config.toml",
            self.folder().display(),
            found.sha256,
            known.sha256
        );
        Ok(Some(encoder))
    }

    /// The encoder that runs with these settings learn from, in evaluation mode.
    ///
    /// # Errors
    /// If its run is gone or unfinished, or it cannot teach an encoder of this shape.
    pub(in crate::training) fn teacher_of(
        config: &TrainConfig,
        device: &Device,
    ) -> anyhow::Result<Option<(Encoder, TaughtBy)>> {
        let Some(folder) = &config.teacher else { return Ok(None) };
        let open = || {
            let run = Self::open(folder)?;
            let encoder = run.encoder(device)?;
            let done = run.epochs_done()?;
            ensure!(
                run.imported.is_some() || done.whole >= done.planned,
                "{}: has learned for {done}; finish it with `dim train --resume`",
                folder.display()
            );
            let taught_by = TaughtBy::of(&encoder, run.objective());
            taught_by.check(&encoder, config)?;
            Ok((encoder, taught_by))
        };
        open().context("teacher").map(Some)
    }
}
