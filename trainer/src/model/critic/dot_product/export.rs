//! An encode-and-dot critic as plain numbers.

use super::{Branch, DotProduct};
use crate::model::critic::float::{FloatBranch, FloatCritic};
use crate::model::export::{FloatFilter, fold_batch_norm, numbers, transposed};

impl DotProduct {
    /// The critic behind `last`, the layer whose outputs are the embeddings that it learned with. `None` of the paper's tables,
    /// whose shortcut of cells has a ReLU before it is normalized.
    pub fn export(&self, last: &FloatFilter) -> Option<FloatCritic> {
        let Self { cells, embedding, .. } = self;
        let [of_cells, of_embedding] = [cells.output_norm.as_ref()?, embedding.output_norm.as_ref()?];
        if cells.relu_on_shortcut {
            return None;
        }
        let vector = |values: Option<&burn::module::Param<burn::tensor::Tensor<1>>>| {
            values.map_or_else(|| vec![0.0; self.width()], |values| numbers(values.val()))
        };
        let product = |values: Vec<f32>| values.iter().zip(vector(Some(&of_cells.gamma))).map(|(a, b)| a * b).collect();
        Some(FloatCritic {
            cells: cells.export().centred(),
            embedding: embedding.export().centred().behind(last),
            scale: product(vector(Some(&of_embedding.gamma))),
            shift: product(vector(of_embedding.beta.as_ref())),
        })
    }

    fn width(&self) -> usize {
        let [_, width] = self.cells.output.weight.dims();
        width
    }
}

impl Branch {
    fn export(&self) -> FloatBranch {
        let filter = |layer: &burn::nn::Linear| {
            let [_, outputs] = layer.weight.dims();
            let bias = layer.bias.as_ref().map_or_else(|| vec![0.0; outputs], |bias| numbers(bias.val()));
            FloatFilter { weights: transposed(layer), bias }
        };
        let mut hidden = filter(&self.hidden);
        if let Some(norm) = &self.norm {
            hidden.bias = fold_batch_norm(norm, &mut hidden.weights);
        }
        FloatBranch { hidden, output: filter(&self.output), shortcut: filter(&self.shortcut) }
    }
}
