//! Sizes of the published critics, and scores against plain arithmetic.

use burn::module::Module;
use burn::tensor::{Device, Distribution, Tensor};

use super::*;
use crate::architecture::Preset;
use crate::model::{FloatFilter, seed_alone};
use crate::settings::{GlobalCriticKind, LocalCriticKind};

fn local(kind: LocalCriticKind, width: usize) -> LocalCritic {
    LocalCritic::new(kind, [128, 64], width, Comparison::Dot, &Device::flex())
}

#[test]
fn parameters_of_the_local_critics_on_cifar() {
    assert_eq!(local(LocalCriticKind::ConcatAndConvolve, 0).num_params(), 361_985);
    // Cells, then embeddings: W1, S, both scales and shifts, W2 and its bias.
    let authors = [128, 64].map(|inputs| 2 * inputs * 2048 + 4 * 2048 + 2048 * 2049);
    assert_eq!(authors, [4_728_832, 4_466_688]);
    // Running means and variances are not learned, but burn counts them.
    let running = 2 * 2 * 2048;
    assert_eq!(local(LocalCriticKind::EncodeAndDot, 2048).num_params(), authors[0] + authors[1] + running);
    let paper = [128, 64].map(|inputs| 2 * (inputs + 1) * 2048 + 2048 * 2049);
    assert_eq!(local(LocalCriticKind::EncodeAndDotPaper, 2048).num_params(), paper[0] + paper[1] + 2 * 2048);
}

#[test]
fn parameters_of_the_global_critics_on_cifar() {
    let architecture = Preset::Conv32.architecture();
    let parameters = |kind| GlobalCritic::new(kind, &architecture, 2048, Comparison::Dot, &Device::flex()).num_params();
    assert_eq!(parameters(GlobalCriticKind::ConcatMlp), 2_393_601);
    let conv = 128 * 256 * 4 * 4 + 4 * 256;
    let fc = 4096 * 1024 + 4 * 1024;
    assert_eq!(parameters(GlobalCriticKind::EncodeAndDot), conv + fc + 1025 * 2048 + 65 * 2048);
}

#[test]
fn rows_are_embeddings_and_columns_cells() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 0);
    let [batch, globals, cells] = [3, 2, 4];
    let map = Tensor::<4>::random([batch, 128, 2, 2], Distribution::Normal(0.0, 1.0), &device);
    let embedding = Tensor::<2>::random([globals * batch, 64], Distribution::Normal(0.0, 1.0), &device);
    for kind in [LocalCriticKind::EncodeAndDot, LocalCriticKind::EncodeAndDotPaper, LocalCriticKind::ConcatAndConvolve]
    {
        let critic = local(kind, 16);
        let encoded = critic.encode(map.clone(), embedding.clone());
        let scores = critic.score(encoded.embeddings, encoded.cells);
        assert_eq!(scores.dims(), [globals * batch, batch * cells]);
    }
}

/// Scales are 1 and shifts 0 before anything is learned, so that layer normalization changes lengths alone.
#[test]
fn plain_numbers_point_where_the_layers_do() {
    let device = Device::flex();
    let _alone = seed_alone(&device, 5);
    let random = |shape: [usize; 2]| Tensor::<2>::random(shape, Distribution::Normal(0.0, 1.0), &device);
    let numbers = |tensor: Tensor<2>| tensor.try_to_vec_as::<f32>().unwrap();
    let critic = LocalCritic::new(LocalCriticKind::EncodeAndDot, [8, 4], 16, Comparison::Dot, &device);
    // What the encoder's last layer reads, and the layer.
    let (read, weights, map) = (random([3, 6]), random([4, 6]), random([12, 8]));
    let last = FloatFilter { weights: numbers(weights.clone()), bias: vec![0.5, -1.0, 2.0, 0.0] };
    let bias = Tensor::<2>::from_data([[0.5, -1.0, 2.0, 0.0]], &device);
    let embeddings = read.clone().matmul(weights.transpose()) + bias;
    let cells = map.clone().reshape([3, 2, 2, 8]).permute([0, 3, 1, 2]);
    let encoded = critic.encode(cells, embeddings);
    let plain = critic.export(&last).unwrap();
    assert_eq!((plain.scale.len(), plain.shift.as_slice()), (16, [0.0; 16].as_slice()));
    for (branch, inputs, width, expected) in
        [(&plain.cells, map, 8, encoded.cells), (&plain.embedding, read, 6, encoded.embeddings)]
    {
        for (input, expected) in numbers(inputs).chunks(width).zip(numbers(expected).chunks(16)) {
            let [.., found] = branch.forward(input);
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
            let cosine = dot(&found, expected) / (dot(&found, &found) * dot(expected, expected)).sqrt();
            assert!(cosine > 0.9999, "{cosine}");
        }
    }
    for kind in [LocalCriticKind::EncodeAndDotPaper, LocalCriticKind::ConcatAndConvolve] {
        assert_eq!(LocalCritic::new(kind, [8, 4], 16, Comparison::Dot, &device).export(&last), None);
    }
}
