//! Encoders on overlapping crops, for the comparison with contrastive predictive coding (Hjelm et al.
//! 2019, appendix): a local feature sees its crop and nothing else.

use super::convolutional::alexnet;
use crate::architecture::Architecture;
use crate::architecture::builder::Builder;

/// `foldalex64x64`: 7x7 crops of 16x16, and dropout of 0.1 in the last convolution and the fully connected layer.
pub(in super::super) fn foldalex64() -> Architecture {
    let mut net = Builder::new("foldalex64", 64, 3);
    let feature_map = alexnet_on_crops(&mut net);
    let conv = net.conv(384, 3, 2, 0);
    let fc = net.linear(4096);
    net.drop_out(conv);
    net.drop_out(fc);
    net.embedding(64);
    net.build(feature_map, conv, fc)
}

/// `foldmultialex64x64`: the embedding is a 5x5 map of 25 global vectors with 192 units, each of which
/// sees a part of the image. They are taken behind batch normalization and `ReLU`, as the authors do.
pub(in super::super) fn foldmultialex64() -> Architecture {
    let mut net = Builder::new("foldmultialex64", 64, 3);
    let feature_map = alexnet_on_crops(&mut net);
    let conv = net.conv(192, 3, 1, 0);
    net.conv(192, 1, 1, 0);
    net.build(feature_map, conv, conv)
}

/// `foldresnet19_32x32`: 7x7 crops of 8x8.
pub(in super::super) fn foldresnet19() -> Architecture {
    resnet_on_crops("foldresnet19", [2, 2, 2])
}

/// `foldresnet34_32x32` with the two blocks of stride 2 that its configuration loses, without which a
/// crop ends as 4x4 cells instead of one.
pub(in super::super) fn foldresnet37() -> Architecture {
    resnet_on_crops("foldresnet37", [3, 6, 3])
}

fn alexnet_on_crops(net: &mut Builder) -> usize {
    net.unfold(16);
    alexnet(net);
    net.fold()
}

/// `blocks` bottlenecks with 64, 128 and 256 channels inside.
fn resnet_on_crops(name: &'static str, blocks: [usize; 3]) -> Architecture {
    let mut net = Builder::new(name, 32, 3);
    net.unfold(8);
    net.conv(64, 3, 2, 1);
    net.bottlenecks(64, 1, blocks[0]);
    net.bottlenecks(128, 2, blocks[1]);
    net.bottlenecks(256, 2, blocks[2]);
    let feature_map = net.fold();
    let fc = net.linear(1024);
    net.embedding(64);
    net.build(feature_map, feature_map, fc)
}
