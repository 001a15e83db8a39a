//! The Jensen-Shannon and the infoNCE estimator with their gradients, from a matrix of scores where it lies.

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::backend::flex::FlexTensor;
use burn::tensor::{Shape, Tensor};
use rayon::prelude::*;

use super::cpu::{node, tracked};
use super::kernels::widest;
use super::rows::{BLOCK, tensor};
use crate::settings::Estimator;
use info_nce::info_nce;
use jensen_shannon::jensen_shannon;
use layout::Layout;

mod info_nce;
mod jensen_shannon;
mod layout;

/// The estimator's loss, `[1]`, or `None` where it has to be computed by burn: of other estimators, on other devices and in
/// other precisions.
///
/// # Shapes
/// `scores` `[sets * batch, batch * cells]`; row `s * batch + i` has the scores of an embedding of image i, and cell l of
/// image j is in column `j * cells + l`.
pub(crate) fn contrast(estimator: Estimator, scores: &Tensor<2>, batch: usize) -> Option<Tensor<1>> {
    let estimate = match estimator {
        Estimator::Jsd => jensen_shannon,
        Estimator::InfoNce => info_nce,
        _ => return None,
    };
    let (values, of_scores) = tracked(scores)?.into_parts();
    let [embeddings, columns] = scores.dims();
    // As the product leaves them: the scores of a cell side by side.
    let values = values.transpose(0, 1).to_contiguous();
    let layout = Layout { embeddings, batch, cells: columns / batch };
    let (loss, gradient) = estimate(layout, values.storage());
    let gradient = tensor(gradient, [columns, embeddings]);
    let output = tensor(vec![loss], [1]);
    Some(node(ContrastNode, [of_scores], gradient, output))
}

#[derive(Debug)]
struct ContrastNode;

impl Backward<Flex, 1> for ContrastNode {
    /// The loss's gradient, `[columns, rows]`.
    type State = FlexTensor;

    fn backward(self, ops: Ops<FlexTensor, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let mut gradient = ops.state;
        let factor = gradients.consume::<Flex>(&ops.node).to_contiguous().storage::<f32>()[0];
        let [Some(of_scores)] = ops.parents else { return };
        gradient.storage_mut::<f32>().par_chunks_mut(BLOCK).for_each(|block| {
            widest(|| block.iter_mut().for_each(|number| *number *= factor));
        });
        let [columns, rows] = [0, 1].map(|axis| gradient.layout().shape()[axis]);
        let gradient = gradient.reshape(Shape::from([columns, rows])).transpose(0, 1);
        gradients.register::<Flex>(of_scores.id, gradient);
    }
}

#[cfg(test)]
mod tests;
