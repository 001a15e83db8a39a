//! The encoder of a run, with the weights that a command was told to take.

use dim_trainer::device::Device;
use dim_trainer::model::Encoder;
use dim_trainer::training::{EncoderWeights, Run};

use crate::arguments::EncoderWeights as Chosen;

/// The encoder, and which weights it has: the run's usual ones where nobody chose.
pub(super) fn encoder_of_run(
    run: &Run,
    chosen: Option<Chosen>,
    device: &Device,
) -> anyhow::Result<(Encoder, EncoderWeights)> {
    let chosen = chosen.map(|chosen| match chosen {
        Chosen::Average => EncoderWeights::Average,
        Chosen::Last => EncoderWeights::Last,
    });
    run.encoder_with(chosen, device)
}
