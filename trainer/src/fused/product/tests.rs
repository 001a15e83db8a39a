//! burn's product is the oracle: values and gradients.

use burn::tensor::{Device, Distribution};

use super::*;
use crate::fused::closeness::assert_close;
use crate::model::seed_alone;

/// Output and gradients at both sides.
fn numbers(sides: [Tensor<2>; 2], multiply: impl Fn(Tensor<2>, Tensor<2>) -> Tensor<2>) -> Vec<Vec<f32>> {
    let [left, right] = sides.map(|side| side.detach().require_grad());
    let output = multiply(left.clone(), right.clone());
    let weights = output.clone().detach().cos();
    let gradients = (output.clone() * weights).sum().backward();
    let at = [left, right].map(|side| side.grad(&gradients).unwrap());
    [output.inner()].into_iter().chain(at).map(|tensor| tensor.try_to_vec_as().unwrap()).collect()
}

#[test]
fn equal_to_burns_whatever_lies_by_rows_or_by_columns() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 0);
    let random = |shape: [usize; 2]| Tensor::<2>::random(shape, Distribution::Normal(0.0, 1.0), &device);
    // Each has many sums or exact ones: errors are judged by the largest, which must not be small by chance.
    let shapes = [[1, 1, 1], [64, 300, 70], [300, 5, 33], [7, 600, 33], [150, 600, 1], [200, 64, 10], [97, 257, 48]];
    for [rows, depth, columns] in shapes {
        for which in 0..4 {
            let by_columns = |flag: usize, shape: [usize; 2]| {
                if which & flag == 0 { random(shape) } else { random([shape[1], shape[0]]).transpose() }
            };
            let sides = [by_columns(1, [rows, depth]), by_columns(2, [depth, columns])];
            let found = numbers(sides.clone(), product);
            let expected = numbers(sides, |left, right| left.matmul(right));
            assert_close(&found, &expected, 1e-5, &format_args!("{rows} {depth} {columns} {which}"));
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
    let found = numbers([left.clone(), right.clone()], product);
    assert_close(&found, &numbers([left, right], |left, right| left.matmul(right)), 1e-5, &"narrow");
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 2);
    let random = |shape: [usize; 2]| Tensor::<2>::random(shape, Distribution::Normal(0.0, 1.0), &device);
    for [rows, depth, columns] in [[400, 300, 70], [30, 300, 200]] {
        let sides = [random([rows, depth]), random([depth, columns])];
        let bits = [1, 3].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let found = pool.install(|| numbers(sides.clone(), product)).concat();
            found.into_iter().map(f32::to_bits).collect::<Vec<_>>()
        });
        assert_eq!(bits[0], bits[1]);
    }
}
