//! Which of a critic's scores are positive and which are negative.

use burn::tensor::{Int, Tensor, TensorData};

/// Scores of some embeddings with every cell of the batch, positives and negatives apart.
///
/// An embedding and a cell of its own image are a positive pair, drawn from the joint distribution; an embedding
/// and a cell of another image are a negative one, drawn from the product of the marginals. No score is in both.
#[derive(Debug, Clone)]
pub struct Scores {
    /// `[embeddings, cells]`.
    pub positives: Tensor<2>,
    /// `[embeddings, (batch - 1) * cells]`.
    pub negatives: Tensor<2>,
}

/// How many pairs of each kind an estimate is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pairs {
    /// Embeddings, each with a cell of its own image.
    pub positives: usize,
    /// Embeddings, each with a cell of another image.
    pub negatives: usize,
}

impl Scores {
    /// Takes the scores of images `first, first + 1, ..` with the whole batch apart. Nothing is masked: the two
    /// kinds are views of the matrix, so that a positive of any size leaves the negatives alone.
    ///
    /// # Shapes
    /// `values` `[images, batch * cells]`, cell `l` of image `j` in column `j * cells + l`.
    pub fn split(values: Tensor<2>, first: usize, cells: usize) -> Self {
        let [images, columns] = values.dims();
        let own = values.clone().narrow(1, first * cells, images * cells);
        let [before, after] = [first * cells, columns - (first + images) * cells];
        let mut negatives = Vec::with_capacity(3);
        if before > 0 {
            negatives.push(values.clone().narrow(1, 0, before));
        }
        if images > 1 {
            negatives.push(off_diagonal(own.clone(), cells));
        }
        if after > 0 {
            negatives.push(values.narrow(1, columns - after, after));
        }
        let negatives = match <[_; 1]>::try_from(negatives) {
            Ok([all]) => all,
            Err(parts) => Tensor::cat(parts, 1),
        };
        Self { positives: diagonal(own, cells), negatives }
    }

    /// Puts the scores of several sets of embeddings under one another.
    pub fn stack(parts: Vec<Self>) -> Self {
        match <[_; 1]>::try_from(parts) {
            Ok([all]) => all,
            Err(parts) => {
                let (positives, negatives) = parts.into_iter().map(|part| (part.positives, part.negatives)).unzip();
                Self { positives: Tensor::cat(positives, 0), negatives: Tensor::cat(negatives, 0) }
            }
        }
    }

    /// How many there are.
    pub fn pairs(&self) -> Pairs {
        let count = |scores: &Tensor<2>| scores.dims().iter().product();
        Pairs { positives: count(&self.positives), negatives: count(&self.negatives) }
    }
}

/// Of a square of blocks of `cells` columns, those on the diagonal.
fn diagonal(square: Tensor<2>, cells: usize) -> Tensor<2> {
    let [images, _] = square.dims();
    let blocks: Vec<i64> = (0..images).map(|image| (image * (images + 1)) as i64).collect();
    let blocks = Tensor::<1, Int>::from_data(TensorData::new(blocks, [images]), &square.device());
    square.reshape([images * images, cells]).select(0, blocks)
}

/// All others: read row by row, `images` of them follow each block of the diagonal but the last.
fn off_diagonal(square: Tensor<2>, cells: usize) -> Tensor<2> {
    let [images, columns] = square.dims();
    let after_first = square.reshape([1, images * columns]).narrow(1, cells, (images * images - 1) * cells);
    let others = after_first.reshape([images - 1, columns + cells]).narrow(1, 0, columns);
    others.reshape([images, columns - cells])
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    fn numbers(tensor: &Tensor<2>) -> Vec<Vec<f32>> {
        let width = tensor.dims()[1];
        tensor.clone().try_to_vec_as::<f32>().unwrap().chunks_exact(width).map(<[f32]>::to_vec).collect()
    }

    /// `i * 100 + j * 10 + l` for embedding `i` and cell `l` of image `j`.
    fn named(rows: std::ops::Range<usize>, batch: usize, cells: usize) -> Tensor<2> {
        let name = |i: usize| (0..batch * cells).map(move |c| (i * 100 + c / cells * 10 + c % cells) as f32);
        let values: Vec<f32> = rows.clone().flat_map(name).collect();
        Tensor::from_data(TensorData::new(values, [rows.len(), batch * cells]), &Device::flex())
    }

    #[test]
    fn positives_are_the_cells_of_the_own_image() {
        let scores = Scores::split(named(0..3, 3, 2), 0, 2);
        assert_eq!(numbers(&scores.positives), [[0.0, 1.0], [110.0, 111.0], [220.0, 221.0]]);
        assert_eq!(
            numbers(&scores.negatives),
            [[10.0, 11.0, 20.0, 21.0], [100.0, 101.0, 120.0, 121.0], [200.0, 201.0, 210.0, 211.0]]
        );
        assert_eq!(scores.pairs(), Pairs { positives: 6, negatives: 12 });
    }

    #[test]
    fn any_rows_split_as_they_do_in_the_whole() {
        let (batch, cells) = (5, 3);
        let whole = Scores::split(named(0..batch, batch, cells), 0, cells);
        for first in 0..batch {
            for last in first + 1..=batch {
                let part = Scores::split(named(first..last, batch, cells), first, cells);
                assert_eq!(numbers(&part.positives), numbers(&whole.positives)[first..last]);
                assert_eq!(numbers(&part.negatives), numbers(&whole.negatives)[first..last]);
            }
        }
    }
}
