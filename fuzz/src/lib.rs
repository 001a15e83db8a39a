//! Bytes that get past the first checks of a file, so that a fuzzer spends its time behind them; and the trainer's reader of
//! PyTorch's files, without burn, which takes ten minutes to compile.

mod checksums;
pub mod data_sets;
pub mod devices;
mod files;
pub mod mlperf;
pub mod torch;

pub use checksums::{repaired, with_checksum, with_checksums};
pub use files::{files, packed};
