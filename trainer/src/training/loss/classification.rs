//! The supervised baseline: the paper's small network on the last convolution, and all convolutions under it.

use burn::tensor::{Int, Tensor};
use rand::Rng;
use rand::rngs::StdRng;

use super::sum::WeightedSum;
use crate::model::{EncoderOutput, Mlp, seed_alone};
use crate::objective::{accuracy, cross_entropy};

/// Adds the cross-entropy of the images' classes and records how many are told right. What the encoder has behind the
/// last convolution has no part in it and learns nothing.
pub(super) fn add(
    classifier: &Mlp,
    output: &EncoderOutput,
    classes: &Tensor<1, Int>,
    random: &mut StdRng,
    sum: &mut WeightedSum<'_>,
) {
    let logits = {
        // What is dropped out must follow from the step, or a resumed run would go on differently.
        let _alone = seed_alone(&output.conv.device(), random.random());
        classifier.forward(output.conv.clone().flatten(1, 3))
    };
    let hits = accuracy(logits.clone().inner(), classes.clone().inner());
    sum.readings.push(|metrics, value| metrics.accuracy = Some(value), hits);
    sum.add(1.0, cross_entropy(logits, classes.clone()), |metrics, value| metrics.cross_entropy = Some(value));
}
