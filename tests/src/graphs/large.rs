//! Networks for workstations: shapes of `dim`'s presets that are not among [`ALL`](super::ALL), and larger ones.
//!
//! | name | from | MAC |
//! |---|---|---|
//! | `conv28` | the paper's encoder of 28x28 images | 16,836,864 |
//! | `conv64` | that of 64x64 images | 112,263,168 |
//! | `alexnet64` | its AlexNet | 822,806,528 |
//! | `resnet19` | its residual network, with bottlenecks | 150,454,272 |
//! | `resnet12` | ResNet with two blocks a stage but the first, and up to 128 channels | 86,876,160 |
//! | `edge28`, `edge28-dw`, `edge32-fc` | our encoders for microcontrollers | 2,509,952, 419,744, 2,850,816 |

use dim_model_format::{FilterLayout, Shape, TapKind};

use super::layers::{Layers, Map};
use super::{Build, separable};

/// Every one of them by its name.
pub const LARGE: [(&str, Build); 8] = [
    ("conv28", conv28),
    ("conv64", conv64),
    ("alexnet64", alexnet64),
    ("resnet19", resnet19),
    ("resnet12", resnet12),
    ("edge28", edge28),
    ("edge28-dw", edge28_depthwise),
    ("edge32-fc", edge32_fc),
];

fn conv28(seed: u64, layout: FilterLayout) -> Vec<u8> {
    let mut net = Layers::new("conv28", Shape::new(28, 28, 1), seed, layout);
    let map = convolutions(&mut net, [5, 5], &[64, 128]);
    finish(net, map, &[1024])
}

fn conv64(seed: u64, layout: FilterLayout) -> Vec<u8> {
    let mut net = Layers::new("conv64", Shape::new(64, 64, 3), seed, layout);
    let map = convolutions(&mut net, [4, 4], &[64, 128, 256, 512]);
    finish(net, map, &[1024])
}

fn alexnet64(seed: u64, layout: FilterLayout) -> Vec<u8> {
    let mut net = Layers::new("alexnet64", Shape::new(64, 64, 3), seed, layout);
    let mut map = net.conv2d(net.input(), 96, [3, 3], 1, true);
    map = net.max_pool2d(map, 3, 2);
    map = net.conv2d(map, 192, [3, 3], 1, true);
    map = net.max_pool2d(map, 3, 2);
    for channels in [384, 384, 192] {
        map = net.conv2d(map, channels, [3, 3], 1, true);
    }
    map = net.max_pool2d(map, 3, 2);
    finish(net, map, &[4096, 4096])
}

fn resnet19(seed: u64, layout: FilterLayout) -> Vec<u8> {
    let mut net = Layers::new("resnet19", Shape::new(32, 32, 3), seed, layout);
    let mut map = net.conv2d(net.input(), 64, [3, 3], 2, true);
    for (channels, stride) in [(64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1)] {
        map = bottleneck(&mut net, map, channels, stride);
    }
    finish(net, map, &[1024])
}

/// Convolutions of 1x1, 3x3 and 1x1 beside a shortcut.
fn bottleneck(net: &mut Layers<'_>, map: Map, channels: u16, stride: u8) -> Map {
    let narrow = net.conv2d(map, channels, [1, 1], 1, true);
    let inner = net.conv2d(narrow, channels, [3, 3], stride, true);
    let residual = net.conv2d(inner, 4 * channels, [1, 1], 1, false);
    let shortcut = if net.channels(map) == 4 * channels && stride == 1 {
        map
    } else {
        net.conv2d(map, 4 * channels, [1, 1], stride, false)
    };
    net.add(shortcut, residual)
}

fn resnet12(seed: u64, layout: FilterLayout) -> Vec<u8> {
    let mut net = Layers::new("resnet12", Shape::new(32, 32, 3), seed, layout);
    let mut map = net.conv2d(net.input(), 32, [3, 3], 1, true);
    for (channels, stride) in [(32, 1), (64, 2), (64, 1), (128, 2), (128, 1)] {
        let inner = net.conv2d(map, channels, [3, 3], stride, true);
        let residual = net.conv2d(inner, channels, [3, 3], 1, false);
        let shortcut = if stride == 1 { map } else { net.conv2d(map, channels, [1, 1], stride, false) };
        map = net.add(shortcut, residual);
    }
    let pooled = net.average_pool2d(map);
    net.finish(pooled, 64)
}

fn edge28(seed: u64, layout: FilterLayout) -> Vec<u8> {
    let mut net = Layers::new("edge28", Shape::new(28, 28, 1), seed, layout);
    let map = net.conv2d(net.input(), 32, [5, 5], 2, true);
    edge(net, map)
}

fn edge32_fc(seed: u64, layout: FilterLayout) -> Vec<u8> {
    let mut net = Layers::new("edge32-fc", Shape::new(32, 32, 3), seed, layout);
    let map = net.conv2d(net.input(), 32, [3, 3], 2, true);
    edge(net, map)
}

fn edge(mut net: Layers<'_>, mut map: Map) -> Vec<u8> {
    for channels in [64, 128] {
        map = net.conv2d(map, channels, [3, 3], 2, true);
    }
    finish(net, map, &[128])
}

fn edge28_depthwise(seed: u64, layout: FilterLayout) -> Vec<u8> {
    let mut net = Layers::new("edge28-dw", Shape::new(28, 28, 1), seed, layout);
    let mut map = net.conv2d(net.input(), 16, [3, 3], 2, true);
    for (channels, stride) in [(32, 1), (64, 2), (128, 2)] {
        map = separable(&mut net, map, channels, stride);
    }
    let pooled = net.average_pool2d(map);
    net.finish(pooled, 64)
}

fn convolutions(net: &mut Layers<'_>, kernel: [u8; 2], channels: &[u16]) -> Map {
    channels.iter().fold(net.input(), |map, channels| net.conv2d(map, *channels, kernel, 2, true))
}

/// Fully connected layers of so many units, and one of 64.
fn finish(mut net: Layers<'_>, map: Map, units: &[u16]) -> Vec<u8> {
    net.tap(TapKind::Conv, map);
    let hidden = units.iter().fold(map, |map, units| net.fully_connected(map, *units, true));
    net.finish(hidden, 64)
}
