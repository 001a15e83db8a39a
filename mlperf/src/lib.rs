//! A device under test of MLPerf Tiny that runs a `.dim` file: the text protocol of its runner, over any line of bytes.
//!
//! Commands end with `%`, their words are parted by spaces; lines of the answer end with CR LF, and `m-ready` is the last.
//!
//! | command | answer |
//! |---|---|
//! | (start) | `m-timestamp-mode-performance`, `m-lap-us-T`, `m-init-done` |
//! | `name` | `m-name-dut-[dim]` |
//! | `profile` | `m-profile-[ULPMark for tinyML Firmware V0.0.1]`, `m-model-[ic01]` |
//! | `timestamp` | `m-lap-us-T`: microseconds since some time |
//! | `db load N` | `m-[Expecting N bytes]` |
//! | `db HEX` | nothing; at the N-th byte `m-load-done` |
//! | `db print` | `m-buffer-00-01-...`, up to 8 bytes of the input in each line |
//! | `infer N [W]` | `m-warmup-start-W`, `m-warmup-done`, `m-infer-start-N`, `m-lap-us-T`, `m-lap-us-T`, `m-infer-done`, results |
//! | `results` | `m-results-[0.123,...]`: those of the last inference |
//! | `help` | the commands |
//! | anything else | `e-[...]`, and why |
//!
//! [`Task`] says which model does which task, how the bytes are read, and what the results are. Floating point is used where
//! inputs or results are real numbers, before and after the time that is taken; inference is in integers. The mode of
//! the benchmark that measures energy is not there: it needs a pin, and another line.
//!
//! Source: `benchmark/api` and `benchmark/runner` of the repository mlcommons/tiny.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
#![warn(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)]
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod command;
mod device_under_test;
mod input;
mod results;
mod task;

pub use device_under_test::{Board, DeviceUnderTest, StartError};
pub use results::Results;
pub use task::Task;
