//! Properties: whole random graphs, every tap compared.

use dim_model_format::{Model, Shape};
use proptest::prelude::*;

use crate::compare::compare;
use crate::{CASES, settings};
use dim_conformance::draw::{Draw, elements};
use dim_conformance::graphs::chain;

proptest! {
    #![proptest_config(settings(2 * CASES))]

    #[test]
    fn random_graphs(height in 1_u16..=12, width in 1_u16..=12, channels in 1_u16..=6, nodes in 1_usize..=16, seed: u64) {
        let mut draw = Draw(seed);
        let shape = Shape::new(height, width, channels);
        let file = chain(shape, nodes, &mut draw);
        compare(&file, &draw.bytes(elements(shape)))?;
    }
}

/// Concatenations make tensors of so many channels that a window of them would be more than a sum may hold.
#[test]
fn a_chain_whose_channels_outgrow_a_sum() {
    let mut draw = Draw(106_410_513_522_002_492);
    let shape = Shape::new(8, 11, 6);
    let file = chain(shape, 6, &mut draw);
    compare(&file, &draw.bytes(elements(shape))).unwrap();
}

/// The most tensors that one byte can number.
#[test]
fn a_graph_of_254_nodes() {
    let mut draw = Draw(0);
    let shape = Shape::new(9, 9, 2);
    let file = chain(shape, 254, &mut draw);
    assert_eq!(Model::parse(&file).unwrap().tensors().count(), 255);
    compare(&file, &draw.bytes(elements(shape))).unwrap();
}

/// The properties above compare something: most random graphs tell images apart.
#[test]
fn random_graphs_depend_on_their_image() {
    let shape = Shape::new(8, 8, 3);
    let varied = (0..100)
        .filter(|seed| {
            let mut draw = Draw(*seed);
            let file = chain(shape, 4, &mut draw);
            let model = Model::parse(&file).unwrap();
            let mut run = || dim_conformance::oracle::run(&model, &draw.bytes(elements(shape))).pop();
            let first = run();
            (0..9).any(|_| run() != first)
        })
        .count();
    assert!(varied >= 40, "only {varied} of 100 random graphs depend on their image");
}
