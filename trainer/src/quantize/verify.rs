//! Float against int8: what quantization costs, judged where it matters.

use burn::tensor::Device;
use dim_host::data::Images;
use dim_host::representation::{Features, cosine, int8_representations, real_values};
use dim_model_format::Model;
use serde::{Deserialize, Serialize};

use super::loss::{Loss, Losses};
use super::noise::{LayerNoise, Noise};
use crate::evaluation::{
    Accuracy, Embedded, Information, Prober, Schedule, TapAccuracies, float_embeddings, float_representations,
    mutual_information, share_of_equal, to_vec,
};
use crate::model::{Encoder, images_to_tensor};

/// Test images on which layers are compared.
const COMPARED: usize = 256;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct QuantizationReport {
    /// Probe accuracies of the float embedding.
    pub float: Accuracy,
    /// Probe accuracies of the int8 embedding.
    pub int8: Accuracy,
    /// Mean cosine of float and int8 embeddings of the test images.
    pub cosine_mean: f64,
    /// Smallest of these cosines.
    pub cosine_min: f64,
    /// Float accuracies at every tap.
    pub float_taps: TapAccuracies,
    /// Int8 accuracies at every tap.
    pub int8_taps: TapAccuracies,
    /// Share of the test images, 0 to 1, to which k-NN on float and on int8 embeddings gives the same class.
    pub knn_agreement: f64,
    /// Accuracy that int8 loses at the embedding, of each probe.
    pub losses: Losses,
    /// What int8 adds to each layer.
    pub layers: Vec<LayerNoise>,
    /// What both embeddings tell of their images, if it was asked for.
    pub information: Option<BothInformation>,
}

/// Estimates of I(X; Y) of the same images and two embeddings, in nats.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BothInformation {
    /// Of float embeddings.
    pub float: Information,
    /// Of int8 embeddings.
    pub int8: Information,
    /// Epochs of the critic.
    pub epochs: usize,
}

impl QuantizationReport {
    /// Probe accuracy that int8 loses at the embedding, the larger of the two probes' losses; negative for a gain.
    pub fn loss(&self) -> Loss {
        let Losses { linear, knn } = self.losses;
        if knn.loss > linear.loss { knn } else { linear }
    }

    /// The layer that loses most.
    pub fn worst_layer(&self) -> Option<&LayerNoise> {
        self.layers.iter().min_by(|a, b| a.signal_to_noise.total_cmp(&b.signal_to_noise))
    }
}

/// What can be said of images without classes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Likeness {
    /// Mean cosine of float and int8 embeddings.
    pub cosine_mean: f64,
    /// Smallest of these cosines.
    pub cosine_min: f64,
}

/// Compares both encoders' embeddings of every image.
///
/// # Errors
/// If images and model do not fit.
pub fn likeness(encoder: &Encoder, model: &Model<'_>, images: &Images, device: &Device) -> anyhow::Result<Likeness> {
    let float = float_embeddings(encoder, images, device);
    let [.., int8] = int8_representations(model, images)?;
    let (cosine_mean, cosine_min) = cosine(&float, &int8);
    Ok(Likeness { cosine_mean, cosine_min })
}

/// Computes every image's taps with both encoders and probes them alike; for so many epochs, critics estimate what the
/// embeddings tell of their images.
///
/// # Errors
/// If images and model do not fit.
pub fn verify(
    encoder: &Encoder,
    model: &Model<'_>,
    prober: &Prober<'_>,
    information_epochs: usize,
) -> anyhow::Result<QuantizationReport> {
    let images = [&prober.dataset.train, &prober.dataset.test];
    let [float_train, float_test] = images.map(|images| float_representations(encoder, images, prober.device));
    let [int8_train, int8_test] = [int8_representations(model, images[0])?, int8_representations(model, images[1])?];
    let (float_taps, float_answers) = prober.probe_taps_and_classify(&float_train, &float_test);
    let (int8_taps, int8_answers) = prober.probe_taps_and_classify(&int8_train, &int8_test);
    let (cosine_mean, cosine_min) = cosine(&float_test[2], &int8_test[2]);
    let information = |[train, test]: [&Features; 2]| {
        let embedded = |images, embeddings| Embedded { images, embeddings };
        let [train, test] = [embedded(images[0], train), embedded(images[1], test)];
        mutual_information(train, test, Schedule::critic(information_epochs), prober.seed, prober.device)
    };
    let information = (information_epochs > 0).then(|| BothInformation {
        float: information([&float_train[2], &float_test[2]]),
        int8: information([&int8_train[2], &int8_test[2]]),
        epochs: information_epochs,
    });
    Ok(QuantizationReport {
        knn_agreement: share_of_equal(&float_answers.knn, &int8_answers.knn),
        losses: Losses::of(&float_answers, &int8_answers, prober.labels().test),
        layers: layer_noise(encoder, model, &images[1].first(COMPARED), prober.device)?,
        information,
        float: float_taps.embedding,
        int8: int8_taps.embedding,
        cosine_mean,
        cosine_min,
        float_taps,
        int8_taps,
    })
}

/// What int8 adds to the output of each layer.
fn layer_noise(
    encoder: &Encoder,
    model: &Model<'_>,
    images: &Images,
    device: &Device,
) -> anyhow::Result<Vec<LayerNoise>> {
    // Behind the encoder's layers a critic's may lie.
    let layers = model.layers().take(encoder.layer_count());
    let mut noise: Vec<_> = layers.map(|(_, output)| Noise::new(usize::from(output.shape.channels))).collect();
    let mut arena = vec![0; model.arena_bytes()];
    let mut int8 = dim_runtime::Encoder::new(model, &mut arena)?;
    for index in 0..images.len() {
        let pixels = images.image(index);
        let float = encoder.forward_layers(images_to_tensor(pixels, images.shape, device));
        let mut tensors = Vec::with_capacity(float.len());
        int8.encode_observed(pixels, |id, values| {
            tensors.push(real_values(values, model.tensor(id).quantization));
        })?;
        // The first is the image itself.
        for ((noise, float), int8) in noise.iter_mut().zip(&float).zip(tensors.iter().skip(1)) {
            noise.add(&to_vec(float), int8);
        }
    }
    let operators = model.nodes().map(|node| node.name());
    Ok(noise
        .iter()
        .zip(operators)
        .enumerate()
        .map(|(layer, (noise, operator))| noise.finish(layer, operator))
        .collect())
}
