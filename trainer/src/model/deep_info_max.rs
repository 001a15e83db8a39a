//! Everything that learns while an encoder is trained.

use std::sync::{Mutex, PoisonError};

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor};

use super::{Encoder, LocalCritic, PriorDiscriminator};
use crate::training::TrainConfig;

/// Encoder and critic, which learn together.
#[derive(Module, Debug)]
pub struct DeepInfoMax {
    /// What is shipped.
    pub encoder: Encoder,
    /// Scores pairs of local features and embeddings.
    pub critic: LocalCritic,
}

/// burn draws initial weights from one generator per process.
static GENERATOR: Mutex<()> = Mutex::new(());

/// The networks of a run with weights drawn from the seed; equal seeds give equal networks. The critic
/// embeds in `config.critic_units` dimensions.
pub fn initialize(config: &TrainConfig, device: &Device) -> (DeepInfoMax, PriorDiscriminator) {
    let _alone = GENERATOR.lock().unwrap_or_else(PoisonError::into_inner);
    device.seed(config.seed);
    let architecture = config.preset.architecture();
    let shapes = architecture.shapes();
    let [local, ..] = shapes[architecture.feature_map];
    let [embedding, ..] = shapes[shapes.len() - 1];
    let networks = DeepInfoMax {
        encoder: Encoder::new(&architecture, device),
        critic: LocalCritic::new(local, embedding, config.critic_units, config.scaled_scores, device),
    };
    let discriminator = PriorDiscriminator::new(embedding, device);
    networks.visit(&mut DrawNow);
    discriminator.visit(&mut DrawNow);
    (networks, discriminator)
}

/// burn draws a parameter when it is first looked at, and a clone made before that would draw another one.
struct DrawNow;

impl ModuleVisitor for DrawNow {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        let _ = parameter.val();
    }
}
