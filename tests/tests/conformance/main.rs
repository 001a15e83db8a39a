//! The runtime against the oracle, bit for bit.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod compare;
mod documented;
mod graphs;
mod hostile;
mod networks;
mod operators;
mod overlaps;
mod promises;
mod proof;

/// Cases of each property.
const CASES: u32 = 1024;

/// The settings of every property here: failing seeds are not written to files, they are printed.
fn settings(cases: u32) -> proptest::test_runner::Config {
    proptest::test_runner::Config { cases, failure_persistence: None, ..Default::default() }
}
