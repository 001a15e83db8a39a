//! What a run keeps of the teacher that it learns from.

use anyhow::ensure;
use dim_host::hexadecimal::hexadecimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::Encoder;
use crate::settings::TrainConfig;

/// A teacher without its weights: enough to open the run without it, and to tell it from others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaughtBy {
    /// Name of its encoder.
    pub encoder: String,
    /// What it learned by.
    pub objective: String,
    /// Numbers of its embedding.
    pub units: usize,
    /// Of its description and its weights, in hexadecimal.
    pub sha256: String,
}

impl TaughtBy {
    /// Of an encoder that learned by an objective of this name.
    pub(in crate::training) fn of(encoder: &Encoder, objective: String) -> Self {
        let exported = encoder.export();
        let mut hash = Sha256::new().chain_update(exported.architecture.to_toml());
        for filter in exported.filters.iter().flatten() {
            filter.weights.iter().chain(&filter.bias).for_each(|number| hash.update(number.to_le_bytes()));
        }
        let shapes = exported.architecture.shapes();
        let units = shapes[shapes.len() - 1].iter().product();
        Self { encoder: exported.architecture.name, objective, units, sha256: hexadecimal(&hash.finalize()) }
    }

    /// Checks that it can teach the encoder of `config`.
    pub(in crate::training) fn check(&self, teacher: &Encoder, config: &TrainConfig) -> anyhow::Result<()> {
        let (student, teacher) = (&config.encoder, teacher.architecture());
        ensure!(
            teacher.input == student.input,
            "{} takes {} images, {} takes {}; name the run of an encoder that takes the same",
            teacher.name,
            teacher.input,
            student.name,
            student.input
        );
        let shapes = student.shapes();
        let [units, ..] = shapes[shapes.len() - 1];
        ensure!(
            config.projector > 0 || self.units == units,
            "its embeddings have {} numbers, those to be learned {units}; set projector, such as 256, to compare them",
            self.units
        );
        Ok(())
    }
}
