//! Residual networks.

use crate::architecture::Architecture;
use crate::architecture::builder::Builder;

/// The topology of MLPerf Tiny's ResNet-8 (Banbury et al. 2021), with Y in place of the classifier.
///
/// Padding is 1 on each side where TensorFlow pads a stride of 2 behind only. The local feature map is
/// the first convolution of the last stack, 8x8x64: there a cell sees 17x17 pixels, at the end of the
/// stack it would see 25x25 and hardly be local.
pub(in super::super) fn resnet8() -> Architecture {
    let mut net = Builder::new("resnet8", 32, 3);
    net.conv(16, 3, 1, 1);
    net.basic_block(16, 1);
    net.basic_block(32, 2);
    let [feature_map, conv] = net.basic_block(64, 2);
    let fc = net.global_average_pool();
    net.embedding(64);
    net.build(feature_map, conv, fc)
}

/// `resnet19_32x32` of the authors' `configs/resnets.py`.
pub(in super::super) fn resnet19() -> Architecture {
    let mut net = Builder::new("resnet19", 32, 3);
    net.conv(64, 3, 2, 1);
    net.bottlenecks(64, 1, 2);
    let [feature_map, _] = net.bottlenecks(128, 2, 2);
    let [_, conv] = net.bottlenecks(256, 2, 2);
    let fc = net.linear(1024);
    net.embedding(64);
    net.build(feature_map, conv, fc)
}
