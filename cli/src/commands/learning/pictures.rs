//! What the reports of the commands show, from metrics and outputs.

use std::f64::consts::LN_2;

use dim_host::data::{Dataset, Images};
use dim_host::report::{Curve, MapPoint, Picture, Similarity};
use dim_host::representation::{Features, embedding_map, encode_all, real, similarity_map};
use dim_model_format::{Model, TapKind};
use dim_trainer::settings::Method;
use dim_trainer::training::{Metrics, Run};

/// Test images on the map.
const MAP_IMAGES: usize = 1000;
/// With fewer there is nothing to see.
const FEWEST_ON_MAP: usize = 10;
/// Points of a curve; neighbouring steps are averaged.
const CURVE_POINTS: usize = 200;

/// Curves of what the objective has; what it has no part of is left out.
pub(super) fn curves(run: &Run) -> anyhow::Result<Vec<Curve>> {
    let metrics = run.metrics()?;
    let line = |label: &str, of: fn(&Metrics) -> Option<f32>| (label.to_owned(), smoothed(&metrics, of));
    let ceiling = run.information_ceiling().map(|ceiling| (ceiling, format!("ceiling {ceiling:.3}")));
    let (game, even) = game_captions(run.config.method);
    let curves = [
        Curve {
            title: match run.information_unit() {
                Some(unit) => format!("Mutual information ({unit})"),
                None => "Information, without a unit".to_owned(),
            },
            caption: format!(
                "The estimate ({}) of what embeddings tell of local features or of the image; 0 says nothing.",
                run.config.estimator.name()
            ),
            reference: ceiling,
            lines: vec![
                line("local", |metrics| metrics.local_information),
                line("occluded", |metrics| metrics.occluded_information),
                line("global", |metrics| metrics.global_information),
                line("between views", |metrics| metrics.view_information),
                line("with the teacher", |metrics| metrics.teacher_information),
            ],
        },
        Curve {
            title: "Information of clusters (nats)".to_owned(),
            caption: "What embeddings tell at least of the clusters that their images belong to.".to_owned(),
            reference: None,
            lines: vec![line("clusters", |metrics| metrics.cluster_information)],
        },
        Curve {
            title: "Loss".to_owned(),
            caption: loss_caption(run.config.method).to_owned(),
            reference: None,
            lines: vec![line("loss", |metrics| Some(metrics.loss))],
        },
        Curve {
            title: "Nearest neighbours".to_owned(),
            caption: "Share of held-out images that the nearest training images class rightly, by epochs.".to_owned(),
            reference: None,
            lines: vec![line("k-NN", |metrics| metrics.knn)],
        },
        Curve {
            title: "Spread of embeddings".to_owned(),
            caption: "Deviation of normalized embeddings: 1 where they point everywhere alike, 0 where all are one."
                .to_owned(),
            reference: None,
            lines: vec![line("spread", |metrics| metrics.spread)],
        },
        Curve {
            title: "Effective rank of embeddings".to_owned(),
            caption: "Independent directions among the units.".to_owned(),
            reference: None,
            lines: vec![line("rank", |metrics| metrics.effective_rank)],
        },
        Curve {
            title: "Alignment and uniformity".to_owned(),
            caption: "Squared distance of two views, and the logarithm of how near other images are.".to_owned(),
            reference: None,
            lines: vec![
                line("alignment", |metrics| metrics.alignment),
                line("uniformity", |metrics| metrics.uniformity),
            ],
        },
        Curve {
            title: "Classification (nats)".to_owned(),
            caption: "Cross-entropy of the classes of each step's images; ln classes knows nothing.".to_owned(),
            reference: Some((run.dataset.classes.len() as f64).ln()).map(|nothing| (nothing, "ln classes".to_owned())),
            lines: vec![line("cross-entropy", |metrics| metrics.cross_entropy)],
        },
        Curve {
            title: "Accuracy in training".to_owned(),
            caption: "Share of each step's images that the classifier gets right.".to_owned(),
            reference: None,
            lines: vec![line("accuracy", |metrics| metrics.accuracy)],
        },
        Curve {
            title: "Reconstruction".to_owned(),
            caption: "Mean squared error of drawn pixels in [-1, 1].".to_owned(),
            reference: None,
            lines: vec![line("squared error", |metrics| metrics.reconstruction)],
        },
        Curve {
            title: "Divergence from the prior (nats)".to_owned(),
            caption: "What the posterior of an image says beyond the prior; 0 says nothing.".to_owned(),
            reference: None,
            lines: vec![line("divergence", |metrics| metrics.divergence)],
        },
        Curve {
            title: "Distance from targets".to_owned(),
            caption: "Half the squared distance of normalized embeddings from their images' targets; 1 knows nothing."
                .to_owned(),
            reference: None,
            lines: vec![line("distance", |metrics| metrics.target_distance)],
        },
        Curve {
            title: "Prediction of crops (nats)".to_owned(),
            caption: "Cross-entropy of a crop among all of the step, from the rows above it; ln crops knows nothing."
                .to_owned(),
            reference: None,
            lines: vec![line("prediction", |metrics| metrics.prediction)],
        },
        Curve {
            title: game.to_owned(),
            caption: even.to_owned(),
            reference: Some((2.0 * LN_2, "2 ln 2".to_owned())),
            lines: vec![
                line("encoder", |metrics| metrics.prior),
                line("encoder and generator", |metrics| metrics.bidirectional),
                line("discriminator", |metrics| metrics.discriminator),
            ],
        },
        Curve {
            title: "Coordinates".to_owned(),
            caption: "Cross-entropy of where cells lie, row and column together.".to_owned(),
            reference: None,
            lines: vec![
                line("absolute", |metrics| metrics.coordinates),
                line("relative", |metrics| metrics.relative_coordinates),
            ],
        },
    ];
    let with_points = curves.into_iter().map(|mut curve| {
        curve.lines.retain(|(_, points)| !points.is_empty());
        curve
    });
    Ok(with_points.filter(|curve| !curve.lines.is_empty()).collect())
}

fn loss_caption(method: Method) -> &'static str {
    match method {
        // Without steps there is no curve that it would stand under.
        Method::Imported => "",
        Method::Dim => "Minus the weighted information, plus the other weighted parts.",
        Method::Supervised => "Cross-entropy of the classes.",
        Method::Autoencoder => "Squared error of the reconstruction.",
        Method::Vae => "Minus the evidence lower bound, in nats but for a constant.",
        Method::BetaVae => "Minus the evidence lower bound with its divergence weighted, but for a constant.",
        Method::Aae => "Squared error of the reconstruction, plus the encoder's weighted part of the adversarial game.",
        Method::Bigan => "The part of encoder and generator in the adversarial game.",
        Method::Nat => "Half the squared distance of normalized embeddings from their targets.",
        Method::Cpc => "Cross-entropy of crops predicted from the rows above them.",
    }
}

/// Title and explanation of the adversarial game.
fn game_captions(method: Method) -> (&'static str, &'static str) {
    match method {
        Method::Bigan => (
            "Images with embeddings",
            "The adversarial game: both sides at 2 ln 2 where images with their embeddings cannot be told from drawn \
             images with what they were drawn from.",
        ),
        _ => (
            "Prior matching",
            "The adversarial game: encoder at ln 2 and discriminator at 2 ln 2 where embeddings cannot be told from the \
             prior.",
        ),
    }
}

fn smoothed(metrics: &[Metrics], of: fn(&Metrics) -> Option<f32>) -> Vec<(f64, f64)> {
    let mean = |chunk: &[Metrics]| {
        let values: Vec<f64> = chunk.iter().filter_map(|metrics| of(metrics).map(f64::from)).collect();
        let middle = chunk[chunk.len() / 2].step as f64;
        (!values.is_empty()).then(|| (middle, values.iter().sum::<f64>() / values.len() as f64))
    };
    metrics.chunks(metrics.len().div_ceil(CURVE_POINTS).max(1)).filter_map(mean).collect()
}

/// The first test images, placed by their int8 embeddings.
pub(super) fn int8_map(model: &Model<'_>, dataset: &Dataset, seed: u64) -> anyhow::Result<Vec<MapPoint>> {
    let images = dataset.test.first(MAP_IMAGES);
    let rows = encode_all(model, &images, |output| real(output.embedding()))?;
    let features = Features { width: rows.first().map_or(1, Vec::len), values: rows.concat() };
    Ok(map(&features, images.labels.as_deref().unwrap_or_default(), seed))
}

/// The first images, placed by their embeddings.
pub(super) fn map(embeddings: &Features, labels: &[u8], seed: u64) -> Vec<MapPoint> {
    let count = embeddings.count().min(MAP_IMAGES);
    if count < FEWEST_ON_MAP {
        return Vec::new();
    }
    let width = embeddings.width;
    let first = Features { width, values: embeddings.values[..count * width].to_vec() };
    let points = embedding_map(&first, seed).into_iter().zip(labels);
    points.map(|(position, class)| MapPoint { position, class: *class }).collect()
}

/// Image `index` of a set.
pub(super) fn picture(images: &Images, index: usize) -> Picture {
    let shape = [images.shape.height, images.shape.width, images.shape.channels].map(usize::from);
    Picture { shape, pixels: images.image(index).to_vec() }
}

/// The first test image of each class, with three query cells on the image's middle column.
pub(super) fn similarities(model: &Model<'_>, dataset: &Dataset) -> anyhow::Result<Vec<Similarity>> {
    let Some(id) = model.tap(TapKind::FeatureMap) else { return Ok(Vec::new()) };
    let shape = model.tensor(id).shape;
    let [height, width, channels] = [shape.height, shape.width, shape.channels].map(usize::from);
    let image = dataset.test.shape;
    let mut arena = vec![0; model.arena_bytes()];
    let mut encoder = dim_runtime::Encoder::new(model, &mut arena)?;
    let mut similarities = Vec::new();
    for (class, name) in dataset.classes.iter().enumerate() {
        let mut labels = dataset.test.labels.iter().flatten();
        let Some(index) = labels.position(|label| usize::from(*label) == class) else { continue };
        let pixels = dataset.test.image(index);
        let Some(feature_map) = encoder.encode(pixels)?.feature_map().map(real) else { continue };
        let queries = [1, height / 2, height - 2].map(|row| row * width + width / 2);
        similarities.push(Similarity {
            class: name.clone(),
            shape: [image.height, image.width, image.channels].map(usize::from),
            pixels: pixels.to_vec(),
            grid: [height, width],
            maps: queries.map(|cell| (cell, similarity_map(&feature_map, channels, cell))).into(),
        });
    }
    Ok(similarities)
}
