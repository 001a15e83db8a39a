//! The networks that kernels are measured on: they are what they say, and the runtime computes them.

use dim_conformance::draw::{Draw, elements};
use dim_conformance::{graphs, oracle};
use dim_model_format::{FilterLayout, Model};

use crate::compare::compare;

#[test]
fn multiplications_are_the_published_ones() {
    let macs = graphs::ALL.map(|(name, build)| (name, Model::parse(&build(0, FilterLayout::Paired)).unwrap().macs()));
    let published = [("resnet8", 12_501_632), ("conv32", 21_823_488), ("ds_cnn", 2_656_768), ("mobilenet", 7_489_664)];
    assert_eq!(macs, published);
}

#[test]
fn runtime_and_oracle_agree() {
    for (_, build) in graphs::ALL {
        for layout in [FilterLayout::Plain, FilterLayout::Paired] {
            let file = build(1, layout);
            let image = Draw(2).bytes(elements(Model::parse(&file).unwrap().input_shape()));
            compare(&file, &image).unwrap();
        }
    }
}

/// The quickest kernels there are on this machine, over many shapes.
#[test]
fn drawn_networks() {
    for seed in 0..2000 {
        let mut draw = Draw(seed);
        let file = graphs::network(seed, draw.layout());
        let image = draw.bytes(elements(Model::parse(&file).unwrap().input_shape()));
        compare(&file, &image).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    }
}

/// No tensor is dead or saturated, so that a count of instructions is that of a trained network.
#[test]
fn tensors_use_the_range_of_int8() {
    for (name, build) in graphs::ALL {
        let file = build(0, FilterLayout::Plain);
        let model = Model::parse(&file).unwrap();
        let mut draw = Draw(3);
        let pixels: Vec<u8> = (0..elements(model.input_shape())).map(|_| draw.bits() as u8).collect();
        for (index, (tensor, activation)) in model.tensors().zip(oracle::run(&model, &pixels)).enumerate() {
            let values = &activation.values;
            let distinct = (i8::MIN..=i8::MAX).filter(|value| values.contains(value)).count();
            let saturated = values.iter().filter(|value| **value == i8::MAX).count();
            assert!(distinct >= values.len().min(100) / 3, "{name}, tensor {index}: {distinct} values");
            assert!(saturated <= values.len() / 4 + 1, "{name}, tensor {index} {tensor:?}: {saturated} saturated");
        }
    }
}
