//! Which of the weights of a run are meant.

use clap::ValueEnum;

/// The weights of an encoder.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum EncoderWeights {
    /// Their average over the steps, of a run with `weight_average`
    Average,
    /// Those after the last step
    Last,
}
