//! Operators that write over what they read are among those that are compared.

use std::collections::BTreeMap;

use dim_conformance::draw::Draw;
use dim_conformance::graphs;
use dim_model_format::{FilterLayout, Model, Shape};

/// How often each operator of a file writes over one of its inputs.
fn count(file: &[u8], counts: &mut BTreeMap<&str, usize>) {
    let model = Model::parse(file).unwrap();
    for (node, output) in model.layers() {
        let output = output.arena_range();
        let inputs = node.inputs().map(|input| model.tensor(input).arena_range());
        let overlaps = inputs.filter(|input| input.start < output.end && output.start < input.end).count();
        *counts.entry(node.name()).or_default() += overlaps.min(1);
    }
}

/// Of the graphs that `firmware-example/on PROCESSOR sample` runs, too.
#[test]
fn every_operator_that_may_overlap_does() {
    let mut counts = BTreeMap::new();
    for seed in 0..200 {
        let mut draw = Draw(seed);
        count(&graphs::network(seed, draw.layout()), &mut counts);
        count(&graphs::chain(Shape::new(12, 12, 3), 8, &mut draw), &mut counts);
    }
    for never in ["fully_connected", "mean", "concatenation"] {
        assert_eq!(counts.remove(never), Some(0), "{never}");
    }
    assert_eq!(counts.len(), 7);
    assert!(counts.values().all(|count| *count >= 10), "{counts:?}");
}

/// What the plan of ResNet-8 is for: two maps of 32x32x16, two of their rows, and scratch memory.
#[test]
fn resnet8_has_two_maps() {
    for layout in [FilterLayout::Paired, FilterLayout::Int4] {
        let file = graphs::resnet8(0, layout);
        let model = Model::parse(&file).unwrap();
        let most = (0..model.nodes().count()).map(|node| model.bytes_in_use(node)).max();
        assert_eq!(most, Some(2 * 16_384 + 2 * 512));
        assert!(model.arena_bytes() <= 40_960);
    }
}
