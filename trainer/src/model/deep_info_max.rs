//! Everything that learns while an encoder is trained.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor};

use super::initialization::redraw_norm_scales;
use super::{CoordinatePredictor, Encoder, GlobalCritic, Initialization, LocalCritic, PriorDiscriminator, seed_alone};
use crate::training::TrainConfig;

/// The encoder and what learns with it along one loss; parts whose weight is 0 are absent.
#[derive(Module, Debug)]
pub struct DeepInfoMax {
    /// What is shipped.
    pub encoder: Encoder,
    /// Scores pairs of embeddings and local features.
    pub local_critic: Option<LocalCritic>,
    /// Scores pairs of embeddings and images.
    pub global_critic: Option<GlobalCritic>,
    /// Predicts where a cell lies.
    pub coordinates: Option<CoordinatePredictor>,
    /// Predicts where two cells lie from one another.
    pub relative_coordinates: Option<CoordinatePredictor>,
}

/// The networks of a run with weights drawn from the seed; equal seeds give equal networks.
pub fn initialize(config: &TrainConfig, device: &Device) -> (DeepInfoMax, PriorDiscriminator) {
    let _alone = seed_alone(device, config.seed);
    let architecture = config.preset.architecture();
    let shapes = architecture.shapes();
    let [channels, height, width] = shapes[architecture.feature_map];
    let [units, ..] = shapes[shapes.len() - 1];
    let (of_critic, scaled) = (config.critic_units, config.scaled_scores);
    let local = || LocalCritic::new(config.local_critic, [channels, units], of_critic, scaled, device);
    let global = || GlobalCritic::new(config.global_critic, &architecture, of_critic, scaled, device);
    let coordinates = |cells, logits| CoordinatePredictor::new(cells, [channels, units], logits, device);
    let networks = DeepInfoMax {
        encoder: Encoder::new(&architecture, device),
        local_critic: (config.beta > 0.0).then(local),
        global_critic: (config.alpha > 0.0).then(global),
        coordinates: (config.coordinates > 0.0).then(|| coordinates(1, height + width)),
        relative_coordinates: (config.relative_coordinates > 0.0).then(|| coordinates(2, 2 * (height + width) - 2)),
    };
    let discriminator = PriorDiscriminator::new(units, device);
    networks.visit(&mut DrawNow);
    discriminator.visit(&mut DrawNow);
    let networks = match config.initialization {
        Initialization::Uniform => networks,
        Initialization::Pytorch04 => redraw_norm_scales(networks),
    };
    (networks, discriminator)
}

/// burn draws a parameter when it is first looked at, and a clone made before that would draw another one.
struct DrawNow;

impl ModuleVisitor for DrawNow {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        let _ = parameter.val();
    }
}
