//! What a critic compares, and what every critic does with it.

use burn::module::Module;
use burn::tensor::Tensor;

/// Scores pairs of an embedding and a cell, both of them encoded already.
pub trait Critic: Module {
    /// # Shapes
    /// `embeddings` `[m, width]`, `cells` `[n, width]`; the result `[m, n]`.
    fn score(&self, embeddings: Tensor<2>, cells: Tensor<2>) -> Tensor<2>;
}

/// A batch as a critic compares it.
#[derive(Debug, Clone)]
pub struct Encoded {
    /// `[globals * batch, width]`: embedding `k` of image `i` in row `k * batch + i`, mostly with one per image.
    pub embeddings: Tensor<2>,
    /// `[batch * cells, width]`: cell `l` of image `j` in row `j * cells + l`.
    pub cells: Tensor<2>,
    /// Images.
    pub batch: usize,
}
