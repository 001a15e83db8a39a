//! Networks of published shapes with drawn weights, on which kernels are measured, and drawn graphs, on which they are
//! compared.
//!
//! | name | from | MAC |
//! |---|---|---|
//! | `resnet8` | MLPerf Tiny, image classification | 12,501,632 |
//! | `conv32` | the paper's encoder of 32x32 images | 21,823,488 |
//! | `ds_cnn` | MLPerf Tiny, keyword spotting | 2,656,768 |
//! | `mobilenet` | MLPerf Tiny, visual wake words | 7,489,664 |
//!
//! The factors are such that every tensor uses the range of int8, as after calibration, so that no kernel
//! gains from zeros or from saturation.

mod drawn;
mod large;
mod layers;

pub use drawn::{chain, network, tiles};
pub use large::LARGE;

use dim_model_format::{FilterLayout, Shape, TapKind};

use layers::{Layers, Map};

/// Builds a network with weights drawn from a seed and filters in a layout.
pub type Build = fn(u64, FilterLayout) -> Vec<u8>;

/// Those that microcontrollers run, by their names.
pub const ALL: [(&str, Build); 4] =
    [("resnet8", resnet8), ("conv32", conv32), ("ds_cnn", ds_cnn), ("mobilenet", mobilenet)];

/// Residual network of three stages, 32x32x3 to ten classes.
pub fn resnet8(seed: u64, layout: FilterLayout) -> Vec<u8> {
    let mut net = Layers::new("resnet8", Shape::new(32, 32, 3), seed, layout);
    let mut map = net.conv2d(net.input(), 16, [3, 3], 1, true);
    for (channels, stride) in [(16, 1), (32, 2), (64, 2)] {
        let inner = net.conv2d(map, channels, [3, 3], stride, true);
        let residual = net.conv2d(inner, channels, [3, 3], 1, false);
        let shortcut = if stride == 1 { map } else { net.conv2d(map, channels, [1, 1], stride, false) };
        map = net.add(shortcut, residual);
    }
    net.tap(TapKind::FeatureMap, map);
    let pooled = net.average_pool2d(map);
    net.finish(pooled, 10)
}

/// The paper's encoder for CIFAR-10 (Hjelm et al. 2019, appendix A.2), 32x32x3 to 64 units.
pub fn conv32(seed: u64, layout: FilterLayout) -> Vec<u8> {
    let mut net = Layers::new("conv32", Shape::new(32, 32, 3), seed, layout);
    let mut map = net.input();
    for channels in [64, 128, 256] {
        map = net.conv2d(map, channels, [4, 4], 2, true);
    }
    net.tap(TapKind::Conv, map);
    let hidden = net.fully_connected(map, 1024, true);
    net.finish(hidden, 64)
}

/// Depthwise separable network, 49x10x1 to twelve classes.
pub fn ds_cnn(seed: u64, layout: FilterLayout) -> Vec<u8> {
    let mut net = Layers::new("ds_cnn", Shape::new(49, 10, 1), seed, layout);
    let mut map = net.conv2d(net.input(), 64, [10, 4], 2, true);
    for _ in 0..4 {
        map = separable(&mut net, map, 64, 1);
    }
    let pooled = net.average_pool2d(map);
    net.finish(pooled, 12)
}

/// `MobileNet` v1 of a quarter of the width, 96x96x3 to two classes.
pub fn mobilenet(seed: u64, layout: FilterLayout) -> Vec<u8> {
    let mut net = Layers::new("mobilenet", Shape::new(96, 96, 3), seed, layout);
    let mut map = net.conv2d(net.input(), 8, [3, 3], 2, true);
    let blocks = [(16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2)];
    for (channels, stride) in blocks.into_iter().chain([(128, 1); 5]).chain([(256, 2), (256, 1)]) {
        map = separable(&mut net, map, channels, stride);
    }
    let pooled = net.average_pool2d(map);
    net.finish(pooled, 2)
}

/// A depthwise 3x3 convolution and a 1x1 convolution.
fn separable(net: &mut Layers<'_>, map: Map, channels: u16, stride: u8) -> Map {
    let filtered = net.depthwise_conv2d(map, [3, 3], stride);
    net.conv2d(filtered, channels, [1, 1], 1, true)
}
