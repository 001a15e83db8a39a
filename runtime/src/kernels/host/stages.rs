//! Output stages of the channels of a block, each part in an array of its own for vectors to load.

use dim_model_format::{Clamp, Parameters};

use super::tile::CHANNELS;
use crate::operands::MapMut;
use crate::requantize::{ChannelStage, PairStage};

/// [`PairStage`]s of [`CHANNELS`] channels and the bounds of the activation.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Stages {
    pub(super) bias: [i32; CHANNELS],
    pub(super) multiplier: [i32; CHANNELS],
    pub(super) addend: [i32; CHANNELS],
    pub(super) right: [u32; CHANNELS],
    pub(super) min: i8,
    pub(super) max: i8,
}

impl Stages {
    /// The stages of channels from `first` on, whose sums have `fan_in` products; `None` where one does not exist.
    /// Channels behind the last one get zeros.
    pub(super) fn new(
        parameters: &Parameters<'_>,
        first: usize,
        output: &MapMut<'_>,
        clamp: Clamp,
        fan_in: usize,
    ) -> Option<Self> {
        let mut stages = Self::of(clamp);
        for pair in (0..CHANNELS).step_by(2) {
            let channels = [parameters.channel(first + pair), parameters.channel(first + pair + 1)];
            let stage = PairStage::of(output, channels, fan_in)?;
            for (i, (bias, channel)) in (pair..).zip(stage.bias.into_iter().zip(stage.channels)) {
                *stages.bias.get_mut(i)? = bias;
                stages.set(i, channel)?;
            }
        }
        Some(stages)
    }

    /// Whether all channels have one, so that a kernel finds out before it writes.
    pub(super) fn exist(parameters: &Parameters<'_>, output: &MapMut<'_>, clamp: Clamp, fan_in: usize) -> bool {
        let mut firsts = (0..parameters.channels().len()).step_by(CHANNELS);
        firsts.all(|first| Self::new(parameters, first, output, clamp, fan_in).is_some())
    }

    /// One stage for all.
    pub(super) fn uniform(stage: ChannelStage, clamp: Clamp) -> Option<Self> {
        let mut stages = Self::of(clamp);
        (0..CHANNELS).try_for_each(|i| stages.set(i, stage))?;
        Some(stages)
    }

    const fn of(clamp: Clamp) -> Self {
        let Clamp { min, max } = clamp;
        let zeros = [0; CHANNELS];
        Self { bias: zeros, multiplier: zeros, addend: zeros, right: [0; CHANNELS], min, max }
    }

    fn set(&mut self, i: usize, stage: ChannelStage) -> Option<()> {
        *self.multiplier.get_mut(i)? = stage.multiplier;
        *self.addend.get_mut(i)? = stage.addend;
        *self.right.get_mut(i)? = stage.right;
        Some(())
    }
}
