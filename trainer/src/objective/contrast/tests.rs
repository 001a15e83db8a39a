//! In chunks and at once are the same loss with the same gradients.

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Distribution};

use super::*;
use crate::model::seed_alone;

/// Scores with weights of its own: `sum_u w_u tanh(e_u + c_u) + b`.
#[derive(Module, Debug)]
struct Weighted {
    last: Linear,
}

impl Critic for Weighted {
    fn score(&self, embeddings: Tensor<2>, cells: Tensor<2>) -> Tensor<2> {
        let [m, width] = embeddings.dims();
        let n = cells.dims()[0];
        let sums = embeddings.unsqueeze_dim::<3>(1) + cells.unsqueeze_dim::<3>(0);
        self.last.forward(sums.tanh().reshape([m * n, width])).reshape([m, n])
    }
}

const BATCH: usize = 4;
const CELLS: usize = 3;
const GLOBALS: usize = 2;
const WIDTH: usize = 5;

struct Outcome {
    parts: Vec<f32>,
    gradients: Vec<Vec<f32>>,
}

/// Loss and gradients at the inputs of the encoding and at the critic's weights.
fn outcome(contrast: Contrast, critic: &Weighted, [embeddings, cells]: [Tensor<2>; 2]) -> Outcome {
    let device = Device::flex().autodiff();
    let [embeddings, cells] =
        [embeddings, cells].map(|values| Tensor::from_data(values.into_data(), &device).require_grad());
    let encoded = Encoded { embeddings: embeddings.clone() * 1.5, cells: cells.clone().tanh(), batch: BATCH };
    let Contrasted { total, loss, square } = contrast.loss(critic, encoded);
    let numbers = |tensor: Tensor<1>| tensor.try_to_vec_as::<f32>().unwrap();
    let parts = [Some(total.clone()), Some(loss), square].into_iter().flatten().flat_map(numbers).collect();
    let mut gradients = total.backward();
    let mut found = vec![embeddings.grad_remove(&mut gradients).unwrap(), cells.grad_remove(&mut gradients).unwrap()];
    let mut of_weights = GradientsParams::from_grads(gradients, critic);
    found.push(of_weights.remove(critic.last.weight.id).unwrap());
    let mut found: Vec<_> = found.into_iter().map(|tensor| tensor.try_to_vec_as::<f32>().unwrap()).collect();
    found.extend(critic.last.bias.as_ref().and_then(|bias| of_weights.remove::<1>(bias.id)).map(numbers));
    Outcome { parts, gradients: found }
}

#[test]
fn chunks_change_neither_loss_nor_gradients() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 0);
    let critic = Weighted { last: LinearConfig::new(WIDTH, 1).init(&device) };
    let random = |rows| Tensor::<2>::random([rows, WIDTH], Distribution::Normal(0.0, 1.0), &Device::flex());
    let inputs = [random(GLOBALS * BATCH), random(BATCH * CELLS)];
    for estimator in Estimator::ALL {
        for (clip, penalty) in [(None, 0.0), (Some(0.7), 0.3)] {
            let whole = Contrast { estimator, clip, penalty, chunk: None };
            let expected = outcome(whole, &critic, inputs.clone());
            assert_eq!(expected.parts.len(), if penalty > 0.0 { 3 } else { 2 });
            for chunk in [1, 3, 4, 100] {
                let found = outcome(Contrast { chunk: Some(chunk), ..whole }, &critic, inputs.clone());
                let close = |a: &[f32], b: &[f32]| {
                    assert_eq!(a.len(), b.len());
                    for (a, b) in a.iter().zip(b) {
                        assert!((a - b).abs() < 2e-5, "{estimator:?}, chunks of {chunk}: {a} {b}");
                    }
                };
                close(&found.parts, &expected.parts);
                assert_eq!(found.gradients.len(), expected.gradients.len());
                found.gradients.iter().zip(&expected.gradients).for_each(|(a, b)| close(a, b));
            }
        }
    }
}

#[test]
fn the_clip_bounds_scores_and_the_penalty_sees_them_whole() {
    let device = Device::flex();
    let contrast = Contrast { estimator: Estimator::W1, clip: Some(5.0), penalty: 0.5, chunk: None };
    let clipped = contrast.clipped(Tensor::from_floats([[1000.0, -1000.0, 0.01]], &device));
    let clipped = clipped.try_to_vec_as::<f32>().unwrap();
    assert!((clipped[0] - 5.0).abs() < 1e-4 && (clipped[1] + 5.0).abs() < 1e-4 && (clipped[2] - 0.01).abs() < 1e-4);

    /// Embedding times cell, both numbers.
    #[derive(Module, Debug)]
    struct Product {
        training: bool,
    }
    impl Critic for Product {
        fn score(&self, embeddings: Tensor<2>, cells: Tensor<2>) -> Tensor<2> {
            embeddings.matmul(cells.transpose())
        }
    }
    let embeddings = Tensor::from_floats([[10.0], [20.0]], &device);
    let cells = Tensor::from_floats([[1.0], [2.0]], &device);
    let found = contrast.loss(&Product { training: false }, Encoded { embeddings, cells, batch: 2 });
    let scores = [10.0_f64, 20.0, 20.0, 40.0];
    let square = scores.iter().map(|score| score * score).sum::<f64>() / 4.0;
    let [a, b, c, d] = scores.map(|score| 5.0 * (score / 5.0).tanh());
    let loss = (b + c) / 2.0 - (a + d) / 2.0;
    let value = |tensor: Tensor<1>| f64::from(tensor.into_scalar::<f32>());
    assert!((value(found.square.unwrap()) - square).abs() < 1e-3);
    assert!((value(found.loss) - loss).abs() < 1e-5);
    assert!((value(found.total) - loss - 0.5 * square).abs() < 1e-3);
}
