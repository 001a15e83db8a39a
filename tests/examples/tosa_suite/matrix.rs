//! Products of matrices: the second one as the weights of a fully connected layer, whose results are accumulators.

use dim_model_format::Rounding;

use super::run::{Outcome, run};
use super::sums::{BIT, SIGN, accumulators, every_bit, halves};
use super::test::Test;

pub(crate) fn product(test: &Test<'_>) -> Outcome {
    let [left, right] = [0, 1].map(|input| &test.inputs[input]);
    let [from, zero_point] = [2, 3].map(|input| test.inputs[input].values[0]);
    let [_, rows, inner] = <[usize; 3]>::try_from(&left.shape[..]).map_err(|_| "a matrix of other than three axes")?;
    let columns = right.shape[2];
    let mut result = Vec::new();
    for (left, right) in left.values.chunks(rows * inner).zip(right.values.chunks(inner * columns)) {
        let halves = halves(right, zero_point);
        // Weights of two halves read a row that is given twice.
        let images: Vec<i32> = left.chunks(inner).flat_map(|row| row.repeat(halves.len())).collect();
        let weight = |column: usize, k: usize| halves[k / inner][k % inner * columns + column];
        let filter = every_bit(&vec![0; columns], inner * halves.len(), false, weight);
        let bits = run([1, 1, inner * halves.len()], from, Rounding::Double, &images, |builder, input| {
            builder.fully_connected(input, SIGN, &filter, BIT)
        })?;
        result.extend(accumulators(&bits));
    }
    Ok(("fully_connected", result))
}
