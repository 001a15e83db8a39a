//! Everything that learns while an encoder is trained.

use burn::module::{Module, ModuleVisitor, Param};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Tensor};

use super::initialization::redraw_norm_scales;
use super::{
    Comparison, CoordinatePredictor, Decoder, Discriminator, Encoder, GlobalCritic, JointDiscriminator, LocalCritic,
    Mlp, PriorDiscriminator, RowPredictor, TeacherCritic, ViewCritic, seed_alone,
};
use crate::settings::{Initialization, Method, TrainConfig};

/// The encoder and what learns with it along one loss; what the method or a weight of 0 leaves out is absent.
#[derive(Module, Debug)]
pub struct DeepInfoMax {
    /// What is shipped.
    pub encoder: Encoder,
    /// Scores pairs of embeddings and local features.
    pub local_critic: Option<LocalCritic>,
    /// Scores pairs of embeddings and images.
    pub global_critic: Option<GlobalCritic>,
    /// Scores pairs of embeddings of two views.
    pub view_critic: Option<ViewCritic>,
    /// Predicts where a cell lies.
    pub coordinates: Option<CoordinatePredictor>,
    /// Predicts where two cells lie from one another.
    pub relative_coordinates: Option<CoordinatePredictor>,
    /// Tells classes apart by the last convolution.
    pub classifier: Option<Mlp>,
    /// Draws images from embeddings, or from samples of the prior.
    pub decoder: Option<Decoder>,
    /// Logarithm of the variance of each unit of the embedding, from the last hidden layer.
    pub log_variance: Option<Linear>,
    /// Predicts lower cells of the local feature map from the upper ones.
    pub row_predictor: Option<RowPredictor>,
    /// Score pairs of embeddings and cells of other maps than the local feature map.
    pub map_critics: Vec<LocalCritic>,
    /// Scores pairs of embeddings and a teacher's.
    pub teacher_critic: Option<TeacherCritic>,
    /// Scores clusters by an embedding.
    pub cluster_decoder: Option<Linear>,
}

/// The networks of a run with weights drawn from the seed; equal seeds give equal networks, and the same encoder with
/// every method. `classes` is how many a classifier tells apart, where the method has one.
pub fn initialize(config: &TrainConfig, classes: usize, device: &Device) -> (DeepInfoMax, Discriminator) {
    let _alone = seed_alone(device, config.seed);
    let architecture = &config.encoder;
    let shapes = architecture.shapes();
    let [channels, map_height, map_width] = shapes[architecture.feature_map];
    let maps = config.local_map_layers();
    let [units, ..] = shapes[shapes.len() - 1];
    let (of_critic, comparison) = (config.critic_units, Comparison::of(config));
    let local = |layer: usize| {
        let [channels, ..] = shapes[layer];
        let critic = LocalCritic::new(config.local_critic, [channels, units], of_critic, comparison, device);
        critic.with_precision(config.precision)
    };
    let global = || {
        let critic = GlobalCritic::new(config.global_critic, architecture, of_critic, comparison, device);
        critic.with_precision(config.precision)
    };
    let coordinates = |cells, logits| CoordinatePredictor::new(cells, [channels, units], logits, device);
    let width = |tap: usize| shapes[tap].iter().product::<usize>();
    let method = config.method;
    let is_dim = method == Method::Dim;
    let networks = DeepInfoMax {
        encoder: Encoder::new(architecture, device).with_precision(config.precision).with_maps(maps.clone()),
        local_critic: (is_dim && config.beta > 0.0).then(|| local(architecture.feature_map)),
        global_critic: (is_dim && config.alpha > 0.0).then(global),
        view_critic: (is_dim && config.view_information > 0.0)
            .then(|| ViewCritic::new(units, config.projector, config.temperature, device)),
        coordinates: (config.coordinates > 0.0).then(|| coordinates(1, map_height + map_width)),
        relative_coordinates: (config.relative_coordinates > 0.0)
            .then(|| coordinates(2, 2 * (map_height + map_width) - 2)),
        classifier: method.reads_labels().then(|| Mlp::new(width(architecture.conv), classes, device)),
        decoder: method.draws_images().then(|| Decoder::new(units, architecture.input, device)),
        log_variance: method.is_variational().then(|| LinearConfig::new(width(architecture.fc), units).init(device)),
        row_predictor: (method == Method::Cpc).then(|| RowPredictor::new(channels, map_height, device)),
        map_critics: maps.into_iter().map(local).collect(),
        teacher_critic: None,
        cluster_decoder: None,
    };
    let discriminator = match method {
        Method::Bigan => Discriminator::Joint(JointDiscriminator::new(architecture.input, units, device)),
        _ => Discriminator::Prior(PriorDiscriminator::new(units, device)),
    };
    networks.visit(&mut DrawNow);
    discriminator.visit(&mut DrawNow);
    let networks = match config.initialization {
        Initialization::Uniform => networks,
        Initialization::Pytorch04 => redraw_norm_scales(networks),
    };
    (networks, discriminator)
}

impl DeepInfoMax {
    /// The same networks with scores of the clusters that an image belongs to.
    pub fn with_clusters(self, config: &TrainConfig, device: &Device) -> Self {
        let _alone = seed_alone(device, config.seed.wrapping_add(2));
        let shapes = config.encoder.shapes();
        let [units, ..] = shapes[shapes.len() - 1];
        let decoder = LinearConfig::new(units, config.clusters).init(device);
        decoder.visit(&mut DrawNow);
        Self { cluster_decoder: Some(decoder), ..self }
    }

    /// The same networks with a critic of embeddings and those of a teacher, which have `taught` numbers.
    pub fn with_teacher(self, taught: usize, config: &TrainConfig, device: &Device) -> Self {
        // Other numbers than those of the networks, whose draws begin at the seed itself.
        let _alone = seed_alone(device, config.seed.wrapping_add(1));
        let shapes = config.encoder.shapes();
        let [units, ..] = shapes[shapes.len() - 1];
        let critic = TeacherCritic::new([units, taught], config.projector, config.temperature, device);
        critic.visit(&mut DrawNow);
        let critic = match config.initialization {
            Initialization::Uniform => critic,
            Initialization::Pytorch04 => redraw_norm_scales(critic),
        };
        Self { teacher_critic: Some(critic), ..self }
    }
}

/// burn draws a parameter when it is first looked at, and a clone made before that would draw another one.
struct DrawNow;

impl ModuleVisitor for DrawNow {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        let _ = parameter.val();
    }
}
