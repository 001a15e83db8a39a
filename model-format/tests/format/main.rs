//! The bytes of a `.dim` file, as `docs/FORMAT.md` specifies them.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod concatenation;
mod constants;
mod critic;
mod damage;
mod documented;
mod draft;
mod enumerated;
mod golden;
mod hostile;
mod input_tables;
mod int4;
mod lookup;
mod mean;
mod mul;
mod overlap;
mod paired;
mod plan;
mod proof;
mod prototypes;
mod quantized_input;
mod signature;
mod single;
mod writer;

/// The settings of every property here: failing seeds are not written to files, they are printed.
fn settings(cases: u32) -> proptest::test_runner::Config {
    proptest::test_runner::Config { cases, failure_persistence: None, ..Default::default() }
}
