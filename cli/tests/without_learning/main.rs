//! The program as someone has it who builds it without burn: `cargo test --release -p dim --no-default-features`.
#![cfg(not(feature = "train"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

mod boards;
mod c_library;
mod commands;
mod dependencies;
mod device;
mod fetches;
mod left_out;
mod live;
mod looks;
mod mlperf;
mod novelty;
mod outputs;
mod place;
mod processors;
mod runner;
