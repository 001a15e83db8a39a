//! Auxiliary tasks: where a cell lies, and where two cells lie from one another (Hjelm et al. 2019, section 4.3).

use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Int, Tensor, TensorData};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use crate::model::CoordinatePredictor;

/// Cross-entropy, in nats, of the row of a cell given the cell and Y, plus that of its column; both averaged over all
/// cells. `ln(height) + ln(width)` for a predictor that knows nothing.
///
/// # Shapes
/// `feature_map` `[batch, channels, height, width]`, `embedding` `[batch, units]`; the result `[1]`.
pub fn absolute_coordinates(
    predictor: &CoordinatePredictor,
    feature_map: Tensor<4>,
    embedding: Tensor<2>,
) -> Tensor<1> {
    let [batch, _, height, width] = feature_map.dims();
    let logits = predictor.forward(vec![cells(feature_map)], embedding);
    let here = (0..batch).flat_map(|_| 0..height * width);
    let [rows, columns] = split(logits, [height, width]);
    cross_entropy(rows, here.clone().map(|cell| cell / width)) + cross_entropy(columns, here.map(|cell| cell % width))
}

/// The same for the offset of each cell from another one of its image, drawn anew: `2 * height - 1` rows and `2 * width
/// - 1` columns that it can be away.
///
/// # Shapes
/// As for [`absolute_coordinates`].
pub fn relative_coordinates(
    predictor: &CoordinatePredictor,
    feature_map: Tensor<4>,
    embedding: Tensor<2>,
    random: &mut StdRng,
) -> Tensor<1> {
    let [batch, _, height, width] = feature_map.dims();
    let partners = partners(batch, height * width, random);
    let cells = cells(feature_map);
    let image = |row: usize| row / (height * width) * (height * width);
    let selection = partners.iter().enumerate().map(|(row, partner)| (image(row) + partner) as i64).collect();
    let selection = integers(selection, &cells.device());
    let logits = predictor.forward(vec![cells.clone(), cells.select(0, selection)], embedding);
    let [rows, columns] = split(logits, [2 * height - 1, 2 * width - 1]);
    let offsets = partners.iter().enumerate().map(|(row, partner)| offset(row - image(row), *partner, [height, width]));
    let (row, column): (Vec<_>, Vec<_>) = offsets.unzip();
    cross_entropy(rows, row.into_iter()) + cross_entropy(columns, column.into_iter())
}

/// Rows and columns that `cell` is after `partner`, counted from the farthest before it.
fn offset(cell: usize, partner: usize, [height, width]: [usize; 2]) -> (usize, usize) {
    (cell / width + height - 1 - partner / width, cell % width + width - 1 - partner % width)
}

/// For each cell of each image another cell of it, or itself: a permutation.
fn partners(batch: usize, cells: usize, random: &mut StdRng) -> Vec<usize> {
    let mut permutation: Vec<usize> = (0..cells).collect();
    let mut partners = Vec::with_capacity(batch * cells);
    for _ in 0..batch {
        permutation.shuffle(random);
        partners.extend_from_slice(&permutation);
    }
    partners
}

/// `[batch * height * width, channels]`.
fn cells(feature_map: Tensor<4>) -> Tensor<2> {
    let [batch, channels, height, width] = feature_map.dims();
    feature_map.permute([0, 2, 3, 1]).reshape([batch * height * width, channels])
}

fn split(logits: Tensor<2>, [rows, columns]: [usize; 2]) -> [Tensor<2>; 2] {
    [logits.clone().narrow(1, 0, rows), logits.narrow(1, rows, columns)]
}

/// # Shapes
/// `logits` `[n, classes]`, one class of each; the result `[1]`.
fn cross_entropy(logits: Tensor<2>, classes: impl Iterator<Item = usize>) -> Tensor<1> {
    let classes = integers(classes.map(|class| class as i64).collect(), &logits.device());
    -log_softmax(logits, 1).gather(1, classes.unsqueeze_dim(1)).mean()
}

fn integers(values: Vec<i64>, device: &Device) -> Tensor<1, Int> {
    let count = values.len();
    Tensor::from_data(TensorData::new(values, [count]), device)
}

#[cfg(test)]
mod tests;
