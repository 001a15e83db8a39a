//! Our encoders for microcontrollers: few weights, early strides, no wide fully connected layer.

use crate::architecture::Architecture;
use crate::architecture::builder::Builder;

/// Three convolutions on 28x28 grey images.
pub(in super::super) fn edge28() -> Architecture {
    let mut net = Builder::new("edge28", 28, 1);
    net.conv(32, 5, 2, 2);
    let feature_map = net.conv(64, 3, 2, 1);
    let conv = net.conv(128, 3, 2, 1);
    let fc = net.linear(128);
    net.embedding(64);
    net.build(feature_map, conv, fc)
}

/// Three convolutions on 32x32 colour images.
pub(in super::super) fn edge32() -> Architecture {
    let mut net = Builder::new("edge32", 32, 3);
    net.conv(32, 3, 2, 1);
    let feature_map = net.conv(64, 3, 2, 1);
    let conv = net.conv(128, 3, 2, 1);
    let fc = net.linear(128);
    net.embedding(64);
    net.build(feature_map, conv, fc)
}

/// Depthwise separable convolutions and a global average on 28x28 grey images.
pub(in super::super) fn edge28_depthwise() -> Architecture {
    let mut net = Builder::new("edge28-dw", 28, 1);
    net.conv(16, 3, 2, 1);
    net.separable(32, 1);
    let feature_map = net.separable(64, 2);
    let conv = net.separable(128, 2);
    let fc = net.global_average_pool();
    net.embedding(64);
    net.build(feature_map, conv, fc)
}
