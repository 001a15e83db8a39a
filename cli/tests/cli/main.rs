//! The `dim` program as users and scripts meet it: what it says, what it returns, and what it leaves on the disk.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

mod baselines;
mod bench;
mod clusters;
mod compare;
mod critic;
mod damaged_files;
mod data_sets;
mod demo;
mod described;
mod devices;
mod encoder_weights;
mod encoders;
mod evaluation_of_the_paper;
mod finetune;
mod full_disk;
mod import;
mod import_torch;
mod interrupted;
mod matrix;
mod objectives;
mod path_of_an_encoder;
mod place;
mod refused_settings;
#[cfg(feature = "remote")]
mod remote;
mod report;
mod reproducible;
mod signatures;
mod stored_embeddings;
mod teacher;
mod tiny_data;
mod trained;
mod usage;
