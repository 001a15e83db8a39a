//! Targets found by hand, and what a predictor that knows nothing gets.

use burn::module::{Module, ModuleMapper, Param};
use rand::SeedableRng;

use super::*;
use crate::model::seed_alone;

/// Every weight 0, so that all logits are equal.
struct Zero;

impl ModuleMapper for Zero {
    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        parameter.map(|tensor| tensor.zeros_like())
    }
}

#[test]
fn a_predictor_that_knows_nothing_gets_the_entropy() {
    let device = Device::flex();
    let _alone = seed_alone(&device, 0);
    let (map, embedding) = (Tensor::<4>::ones([2, 3, 4, 5], &device), Tensor::<2>::ones([2, 6], &device));
    let value = |loss: Tensor<1>| f64::from(loss.into_scalar::<f32>());

    let predictor = CoordinatePredictor::new(1, [3, 6], 4 + 5, &device).map(&mut Zero);
    let absolute = value(absolute_coordinates(&predictor, map.clone(), embedding.clone()));
    assert!((absolute - (4.0_f64.ln() + 5.0_f64.ln())).abs() < 1e-5, "{absolute}");

    let predictor = CoordinatePredictor::new(2, [3, 6], 7 + 9, &device).map(&mut Zero);
    let relative = value(relative_coordinates(&predictor, map, embedding, &mut StdRng::seed_from_u64(0)));
    assert!((relative - (7.0_f64.ln() + 9.0_f64.ln())).abs() < 1e-5, "{relative}");
}

#[test]
fn cross_entropy_of_two_rows() {
    let logits = Tensor::<2>::from_floats([[0.0, 1.0, 2.0], [1.0, 1.0, 1.0]], &Device::flex());
    let found = f64::from(cross_entropy(logits, [2, 0].into_iter()).into_scalar::<f32>());
    let first = ((-2.0_f64).exp() + (-1.0_f64).exp() + 1.0).ln();
    assert!((found - f64::midpoint(first, 3.0_f64.ln())).abs() < 1e-6, "{found}");
}

#[test]
fn offsets_of_all_pairs_are_classes() {
    // Cells 1 (row 0, column 1) and 3 (row 1, column 0) of a 2x3 map, and the two farthest ones.
    for (pair, expected) in [((1, 3), (0, 3)), ((3, 1), (2, 1)), ((5, 0), (2, 4)), ((0, 5), (0, 0)), ((4, 4), (1, 2))] {
        assert_eq!(offset(pair.0, pair.1, [2, 3]), expected, "{pair:?}");
    }
}

#[test]
fn a_partner_is_a_cell_of_the_same_image() {
    let partners = partners(3, 5, &mut StdRng::seed_from_u64(0));
    for image in partners.chunks_exact(5) {
        let mut sorted = image.to_vec();
        sorted.sort_unstable();
        assert_eq!(sorted, [0, 1, 2, 3, 4]);
    }
    assert_ne!(partners[..5], partners[5..10]);
}
