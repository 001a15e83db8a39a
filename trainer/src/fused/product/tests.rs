//! burn's product is the oracle: values and gradients.

use burn::tensor::{Device, Distribution};

use super::*;
use crate::model::seed_alone;

/// Output, and gradients at both sides of its sum with these weights.
fn numbers(
    sides: [Tensor<2>; 2],
    weights: &Tensor<2>,
    multiply: impl Fn(Tensor<2>, Tensor<2>) -> Tensor<2>,
) -> Vec<Vec<f32>> {
    let [left, right] = sides.map(|side| side.detach().require_grad());
    let output = multiply(left.clone(), right.clone());
    let gradients = (output.clone() * weights.clone()).sum().backward();
    let at = [left, right].map(|side| side.grad(&gradients).unwrap());
    [output.inner()].into_iter().chain(at).map(|tensor| tensor.try_to_vec_as().unwrap()).collect()
}

/// Each number is a sum, in which errors are as large as what was added up, however little is left of it: so that is what they are
/// judged by, the same product of absolute values.
fn assert_equals_burns(sides: [Tensor<2>; 2], weights: &Tensor<2>, of: &str) {
    let burns = |left: Tensor<2>, right: Tensor<2>| left.matmul(right);
    let found = numbers(sides.clone(), weights, product);
    let expected = numbers(sides.clone(), weights, burns);
    let added_up = numbers(sides.map(Tensor::abs), &weights.clone().abs(), burns);
    for ((found, expected), added_up) in found.iter().zip(&expected).zip(&added_up) {
        assert_eq!(found.len(), expected.len());
        for ((found, expected), added_up) in found.iter().zip(expected).zip(added_up) {
            assert!((found - expected).abs() <= 2e-6 * added_up, "{of}: {found} {expected}, of {added_up}");
        }
    }
}

#[test]
fn equal_to_burns_whatever_lies_by_rows_or_by_columns() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 0);
    let random = |shape: [usize; 2]| Tensor::<2>::random(shape, Distribution::Normal(0.0, 1.0), &device);
    for [rows, depth, columns] in [[1, 1, 1], [64, 300, 70], [300, 5, 33], [7, 600, 1], [200, 64, 10], [97, 257, 48]] {
        for which in 0..4 {
            let by_columns = |flag: usize, shape: [usize; 2]| {
                if which & flag == 0 { random(shape) } else { random([shape[1], shape[0]]).transpose() }
            };
            let sides = [by_columns(1, [rows, depth]), by_columns(2, [depth, columns])];
            assert_equals_burns(sides, &random([rows, columns]), &format!("{rows} {depth} {columns} {which}"));
        }
    }
}

#[test]
fn the_same_where_nothing_is_differentiated() {
    let device = Device::flex();
    let _alone = seed_alone(&device, 3);
    let random = |shape: [usize; 2]| Tensor::<2>::random(shape, Distribution::Normal(0.0, 1.0), &device);
    let sides = [random([70, 300]), random([500, 300]).transpose()];
    let differentiated = sides.clone().map(|side| Tensor::from_inner(side).require_grad());
    let [left, right] = sides;
    let found = product(left, right).try_to_vec_as::<f32>().unwrap();
    let [left, right] = differentiated;
    assert_eq!(found, product(left, right).inner().try_to_vec_as::<f32>().unwrap());
}

#[test]
fn views_with_gaps_are_read_rightly() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 1);
    let random = |shape: [usize; 2]| Tensor::<2>::random(shape, Distribution::Normal(0.0, 1.0), &device);
    let (left, right) = (random([20, 30]).narrow(1, 3, 9).narrow(0, 2, 11), random([12, 40]).narrow(0, 3, 9));
    assert_equals_burns([left, right], &random([11, 40]), "narrow");
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 2);
    let random = |shape: [usize; 2]| Tensor::<2>::random(shape, Distribution::Normal(0.0, 1.0), &device);
    for [rows, depth, columns] in [[400, 300, 70], [30, 300, 200]] {
        let (sides, weights) = ([random([rows, depth]), random([depth, columns])], random([rows, columns]));
        let bits = [1, 3].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let found = pool.install(|| numbers(sides.clone(), &weights, product)).concat();
            found.into_iter().map(f32::to_bits).collect::<Vec<_>>()
        });
        assert_eq!(bits[0], bits[1]);
    }
}
