//! Exported encoders in TOSA's reference model, which shares no code with this project: every output byte must equal the
//! runtime's. Needs no learning: `cargo test --release -p dim --no-default-features --test tosa`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

mod graphs;
mod network;
mod presets;
mod published;
mod reference;
mod refused;
