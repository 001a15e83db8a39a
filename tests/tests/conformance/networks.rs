//! The networks that kernels are measured on: they are what they say, and the runtime computes them.

use dim_conformance::draw::{Draw, elements};
use dim_conformance::{graphs, oracle};
use dim_model_format::{FilterLayout, Model};
use dim_runtime::{Encoder, InstructionSet};

use crate::compare::{compare, compare_with_more};

#[test]
fn multiplications_are_the_published_ones() {
    let macs = graphs::ALL.map(|(name, build)| (name, Model::parse(&build(0, FilterLayout::Paired)).unwrap().macs()));
    let published = [("resnet8", 12_501_632), ("conv32", 21_823_488), ("ds_cnn", 2_656_768), ("mobilenet", 7_489_664)];
    assert_eq!(macs, published);
}

/// Those of the presets are what `docs/ENCODERS.md` says.
#[test]
fn multiplications_of_large_networks() {
    let macs = graphs::LARGE.map(|(name, build)| (name, Model::parse(&build(0, FilterLayout::Paired)).unwrap().macs()));
    let presets = [
        ("conv28", 16_836_864),
        ("conv64", 112_263_168),
        ("alexnet64", 822_806_528),
        ("resnet19", 150_454_272),
        ("resnet12", 86_876_160),
        ("edge28", 2_509_952),
        ("edge28-dw", 419_744),
        ("edge32-fc", 2_850_816),
    ];
    assert_eq!(macs, presets);
}

/// Not one layer of a network takes as long as without the instructions; with each set of them the outputs are those of
/// the portable kernels.
#[test]
fn nothing_is_left_to_the_portable_kernels() {
    for (name, build) in graphs::ALL.into_iter().chain(graphs::LARGE) {
        let file = build(0, FilterLayout::Paired);
        let model = Model::parse(&file).unwrap();
        let image = Draw(4).bytes(elements(model.input_shape()));
        let mut outputs = Vec::new();
        for set in InstructionSet::available() {
            let mut arena = vec![0; model.arena_bytes()];
            let mut encoder = Encoder::new(&model, &mut arena).unwrap().with_instructions(set);
            let left: Vec<_> = encoder.portable_nodes().collect();
            let all = if set.name() == "portable" { model.nodes().count() } else { 0 };
            assert_eq!(left.len(), all, "{name}, {}: {left:?}", set.name());
            outputs.push(encoder.encode(&image).unwrap().embedding().values.to_vec());
        }
        assert!(outputs.iter().all(|output| *output == outputs[0]), "{name}");
    }
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

/// By tiles, where there is memory for them, and by windows, where there is not.
#[test]
fn drawn_tiles() {
    for seed in 0..600 {
        let layout = [FilterLayout::Paired, FilterLayout::Int4][seed as usize % 2];
        let file = graphs::tiles(seed, layout);
        let image = Draw(seed).bytes(elements(Model::parse(&file).unwrap().input_shape()));
        for more in [0, 4 << 10, 32 << 10] {
            compare_with_more(more, &file, &image).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        }
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
