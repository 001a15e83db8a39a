//! From a critic to its loss: at once, or a few embeddings at a time in little memory.

use burn::module::{ModuleVisitor, Param};
use burn::optim::{GradientsAccumulator, GradientsParams};
use burn::tensor::Tensor;

use super::estimator::{log_sum_exp, with_gradient_of};
use super::{Pairs, Scores};
use crate::device::is_cpu;
use crate::fused::contrast;
use crate::model::{Critic, Encoded};
use crate::settings::{Estimator, TrainConfig};
use closed_form::closed_form;

mod closed_form;

/// How scores become a loss.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contrast {
    /// What is maximized.
    pub estimator: Estimator,
    /// `c` of `c tanh(score / c)`, which every score goes through first (Bachman et al. 2019, section 3.4).
    pub clip: Option<f64>,
    /// Weight of the mean squared score, taken before the clip (ibid.).
    pub penalty: f64,
    /// Embeddings that are scored at a time; `None` scores all at once.
    ///
    /// At once, scores and whatever the critic keeps of each pair for its gradient are in memory for all `batch *
    /// batch * cells` pairs. In chunks they are for `chunk * batch * cells`; each chunk's gradient is taken before
    /// the next one is scored. Loss and gradients are the same.
    pub chunk: Option<usize>,
}

/// A loss and its parts, each `[1]`.
#[derive(Debug, Clone)]
pub struct Contrasted {
    /// What to minimize: `loss + penalty * mean square`.
    pub total: Tensor<1>,
    /// The estimator's part of it. Not to be differentiated.
    pub loss: Tensor<1>,
    /// The mean squared score, where it is weighted. Not to be differentiated.
    pub square: Option<Tensor<1>>,
}

impl Contrast {
    /// As settings say.
    pub fn of(settings: &TrainConfig) -> Self {
        Self {
            estimator: settings.estimator,
            clip: (settings.score_clip > 0.0).then_some(settings.score_clip),
            penalty: settings.score_penalty,
            chunk: (settings.critic_chunk > 0).then_some(settings.critic_chunk),
        }
    }

    /// The loss of `critic` on a batch.
    pub fn loss<C: Critic>(&self, critic: &C, encoded: Encoded) -> Contrasted {
        match self.chunk {
            Some(chunk) => self.loss_in_chunks(critic, encoded, chunk),
            None => self.loss_at_once(critic, encoded),
        }
    }

    fn loss_at_once<C: Critic>(&self, critic: &C, encoded: Encoded) -> Contrasted {
        let Encoded { embeddings, cells, batch } = encoded;
        let [rows, _] = embeddings.dims();
        let values = critic.score(embeddings, cells);
        let square = (self.penalty > 0.0).then(|| values.clone().square().mean());
        let values = self.clipped(values);
        let cells = values.dims()[1] / batch;
        let split = |first| Scores::split(values.clone().narrow(0, first, batch), 0, cells);
        let on_gpu = || (!is_cpu(&values.device())).then(|| closed_form(self.estimator, &values, batch)).flatten();
        let loss = contrast(self.estimator, &values, batch)
            .or_else(on_gpu)
            .unwrap_or_else(|| self.estimator.loss(&Scores::stack((0..rows).step_by(batch).map(split).collect())));
        let total = match &square {
            Some(square) => loss.clone() + square.clone() * self.penalty,
            None => loss.clone(),
        };
        Contrasted { total, loss, square }
    }

    /// The loss is a sum over embeddings, so its gradient at the encoded batch and at the critic's weights is a sum
    /// over chunks. What is returned has this gradient: it is the sum of all products of a variable and its
    /// gradient, shifted to the value of the loss.
    fn loss_in_chunks<C: Critic>(&self, critic: &C, encoded: Encoded, chunk: usize) -> Contrasted {
        let Encoded { embeddings, cells, batch } = encoded;
        let [rows, _] = embeddings.dims();
        let columns = cells.dims()[0];
        let cells_of_image = columns / batch;
        let pairs = Pairs { positives: rows * cells_of_image, negatives: rows * (columns - cells_of_image) };
        let starts = (0..rows).step_by(batch).flat_map(|set| (set..set + batch).step_by(chunk));
        let chunks: Vec<_> = starts.map(|start| (start, chunk.min(batch - start % batch))).collect();
        let scores = |embeddings: Tensor<2>, cells: Tensor<2>, first: usize| {
            let values = critic.score(embeddings, cells);
            let square = (self.penalty > 0.0).then(|| values.clone().square().sum() / (rows * columns) as f64);
            (Scores::split(self.clipped(values), first % batch, cells_of_image), square)
        };

        let log_normalizer = (self.estimator == Estimator::Dv).then(|| {
            let of = |(first, count)| {
                let (scores, _) =
                    scores(embeddings.clone().detach().narrow(0, first, count), cells.clone().detach(), first);
                log_sum_exp(scores.negatives.detach())
            };
            log_sum_exp(Tensor::cat(chunks.iter().copied().map(of).collect(), 0).unsqueeze())
        });
        let cells_leaf = cells.clone().detach().require_grad();
        let mut sums = Sums::default();
        let mut at_weights = GradientsAccumulator::new();
        for &(first, count) in &chunks {
            let leaf = embeddings.clone().detach().narrow(0, first, count).detach().require_grad();
            let (scores, square) = scores(leaf.clone(), cells_leaf.clone(), first);
            let loss = self.estimator.share(&scores, pairs, log_normalizer.as_ref());
            add(&mut sums.loss, loss.clone().detach());
            let total = match square {
                Some(square) => {
                    add(&mut sums.square, square.clone().detach());
                    loss + square * self.penalty
                }
                None => loss,
            };
            if total.is_tracked() {
                let mut gradients = total.backward();
                sums.at_embeddings.extend(leaf.grad_remove(&mut gradients));
                if let Some(gradient) = cells_leaf.grad_remove(&mut gradients) {
                    add(&mut sums.at_cells, gradient);
                }
                at_weights.accumulate(critic, GradientsParams::from_grads(gradients, critic));
            }
        }

        let loss = sums.loss.unwrap_or_else(|| Tensor::zeros([1], &cells.device()));
        let loss = match log_normalizer {
            Some(all) => loss + all - (pairs.negatives as f64).ln() - 1.0,
            None => loss,
        };
        let value = match &sums.square {
            Some(square) => loss.clone() + square.clone() * self.penalty,
            None => loss.clone(),
        };
        let mut products = Products { gradients: at_weights.grads(), sum: None };
        critic.visit(&mut products);
        if let Some(gradient) = sums.at_cells {
            add(&mut products.sum, (cells * gradient).sum());
            add(&mut products.sum, (embeddings * Tensor::cat(sums.at_embeddings, 0)).sum());
        }
        let total = match products.sum {
            Some(sum) => with_gradient_of(sum, value),
            None => value,
        };
        Contrasted { total, loss, square: sums.square }
    }

    fn clipped(&self, values: Tensor<2>) -> Tensor<2> {
        match self.clip {
            Some(clip) => (values / clip).tanh() * clip,
            None => values,
        }
    }
}

/// What the chunks add up to.
#[derive(Default)]
struct Sums {
    loss: Option<Tensor<1>>,
    square: Option<Tensor<1>>,
    at_cells: Option<Tensor<2>>,
    at_embeddings: Vec<Tensor<2>>,
}

fn add<const D: usize>(sum: &mut Option<Tensor<D>>, term: Tensor<D>) {
    *sum = Some(match sum.take() {
        Some(sum) => sum + term,
        None => term,
    });
}

/// The sum over all weights of a module of weight times gradient.
struct Products {
    gradients: GradientsParams,
    sum: Option<Tensor<1>>,
}

impl ModuleVisitor for Products {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.remove::<D>(parameter.id) {
            add(&mut self.sum, (parameter.val() * gradient).sum());
        }
    }
}

#[cfg(test)]
mod tests;
