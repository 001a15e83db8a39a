//! Devices that are simulated: what they answer, and what is left of them after any cut of the power.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must panic")]

mod critic;
mod encoders;
mod frames;
mod hostile;
mod learning;
mod novelty;
mod power_cuts;
mod rig;
mod updates;
