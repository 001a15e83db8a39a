//! Convolutions by tiles.

use std::format;

use dim_model_format::{Clamp, Filter, FilterLayout, Model, Padding, Rounding, Shape, Window};

use super::random::Random;
use super::small::compare;
use super::{InstructionSet, Kernels, Setting, cases, vec};

/// Whether an instruction set computes the first operator of a file by tiles.
fn is_by_tiles(set: InstructionSet, file: &[u8]) -> bool {
    Kernels::new(set, &Model::parse(file).unwrap()).is_by_tiles(0)
}

/// Some of them are narrow, have channels that do not fill vectors, or outputs that do not fill tiles.
#[test]
fn drawn_tiles() {
    for seed in 0..cases() / 5 {
        let mut random = Random(seed);
        let shape =
            Shape::new((2 + random.extent(18)).into(), (2 + random.extent(18)).into(), u16::from(random.extent(9)) * 4);
        let mut side = || random.within(0, 2).try_into().unwrap_or(0);
        let padding = Padding { top: side(), left: side(), bottom: side(), right: side() };
        let window = Window { kernel: [3; 2], stride: [1; 2], padding };
        compare(shape, random.extent(40).into(), window, seed, &mut random);
    }
}

/// The largest sums there are: up to 115 inputs by tiles, and beyond by windows.
#[test]
fn the_bound_is_reached() {
    let mut by_tiles = 0;
    for (channels, comes_back) in [(112, true), (116, false)] {
        for (weight, q, zero_point) in [(127, 127, -128), (-127, 127, -128), (127, -128, 127), (-127, -128, 127)] {
            let filter = Filter {
                weights: vec![weight; 9 * usize::from(channels) * 3],
                bias: vec![0, -1, 5],
                multiplier: vec![1 << 30, i32::MAX, 1 << 30],
                shift: vec![-17, -18, -18],
            };
            let shape = Shape::new(8, 8, channels);
            let values = vec![q; usize::try_from(shape.elements()).unwrap()];
            let setting = Setting { shape, rounding: Rounding::Double, zero_points: [zero_point, 0], values };
            let file = setting.file(FilterLayout::Plain, |builder, input, output| {
                builder.conv2d(input, Window::square(3, 1, 1), Clamp::NONE, &filter, output)
            });
            setting.compare(std::slice::from_ref(&file), &format!("{channels} times {weight}"));
            for set in InstructionSet::available() {
                let is_by_tiles = is_by_tiles(set, &file);
                by_tiles += usize::from(is_by_tiles);
                assert!(comes_back || !is_by_tiles, "{set:?}");
            }
        }
    }
    // One of the instruction sets of every processor that has kernels here.
    let sets = InstructionSet::available().filter(|set| ["avx2", "neon"].contains(&set.name())).count();
    assert_eq!(by_tiles, 4 * sets);
}
