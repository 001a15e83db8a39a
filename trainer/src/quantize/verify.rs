//! Float against int8: what quantization costs, judged where it matters.

use burn::tensor::Device;
use dim_model_format::Model;
use serde::{Deserialize, Serialize};

use crate::data::Images;
use crate::evaluation::{Accuracy, Prober, TapAccuracies, cosine, float_representations, int8_representations};
use crate::model::Encoder;

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
}

impl QuantizationReport {
    /// Probe accuracy that int8 loses at the embedding, the larger of the two probes' losses; negative for a gain.
    pub fn loss(&self) -> f64 {
        (self.float.linear - self.int8.linear).max(self.float.knn - self.int8.knn)
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
    let [.., float] = float_representations(encoder, images, device);
    let [.., int8] = int8_representations(model, images)?;
    let (cosine_mean, cosine_min) = cosine(&float, &int8);
    Ok(Likeness { cosine_mean, cosine_min })
}

/// Computes every image's taps with both encoders and probes them alike.
///
/// # Errors
/// If images and model do not fit.
pub fn verify(encoder: &Encoder, model: &Model<'_>, prober: &Prober<'_>) -> anyhow::Result<QuantizationReport> {
    let images = [&prober.dataset.train, &prober.dataset.test];
    let [float_train, float_test] = images.map(|images| float_representations(encoder, images, prober.device));
    let [int8_train, int8_test] = [int8_representations(model, images[0])?, int8_representations(model, images[1])?];
    let float_taps = prober.probe_taps(&float_train, &float_test);
    let int8_taps = prober.probe_taps(&int8_train, &int8_test);
    let (cosine_mean, cosine_min) = cosine(&float_test[2], &int8_test[2]);
    Ok(QuantizationReport {
        float: float_taps.embedding,
        int8: int8_taps.embedding,
        cosine_mean,
        cosine_min,
        float_taps,
        int8_taps,
    })
}
