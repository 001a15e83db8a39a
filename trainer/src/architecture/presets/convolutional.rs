//! The paper's encoders (Hjelm et al. 2019, appendix; `configs/convnets.py` of the authors' code).

use crate::architecture::Architecture;
use crate::architecture::builder::Builder;

/// `basic28x28`.
pub(in super::super) fn conv28() -> Architecture {
    let mut net = Builder::new("conv28", 28, 1);
    net.conv(64, 5, 2, 2);
    let conv = net.conv(128, 5, 2, 2);
    let fc = net.linear(1024);
    net.embedding(64);
    net.build(conv, conv, fc)
}

/// `basic32x32`.
pub(in super::super) fn conv32() -> Architecture {
    let mut net = Builder::new("conv32", 32, 3);
    net.conv(64, 4, 2, 1);
    let feature_map = net.conv(128, 4, 2, 1);
    let conv = net.conv(256, 4, 2, 1);
    let fc = net.linear(1024);
    net.embedding(64);
    net.build(feature_map, conv, fc)
}

/// `basic64x64`.
pub(in super::super) fn conv64() -> Architecture {
    let mut net = Builder::new("conv64", 64, 3);
    net.conv(64, 4, 2, 1);
    net.conv(128, 4, 2, 1);
    let feature_map = net.conv(256, 4, 2, 1);
    let conv = net.conv(512, 4, 2, 1);
    let fc = net.linear(1024);
    net.embedding(64);
    net.build(feature_map, conv, fc)
}

/// `alex64x64`.
pub(in super::super) fn alexnet64() -> Architecture {
    let mut net = Builder::new("alexnet64", 64, 3);
    let [feature_map, conv] = alexnet(&mut net);
    net.linear(4096);
    let fc = net.linear(4096);
    net.embedding(64);
    net.build(feature_map, conv, fc)
}

/// The five convolutions of the authors' AlexNet. Gives the third of them and the last pooling.
pub(super) fn alexnet(net: &mut Builder) -> [usize; 2] {
    net.conv(96, 3, 1, 1);
    net.max_pool(3, 2);
    net.conv(192, 3, 1, 1);
    net.max_pool(3, 2);
    let third = net.conv(384, 3, 1, 1);
    net.conv(384, 3, 1, 1);
    net.conv(192, 3, 1, 1);
    [third, net.max_pool(3, 2)]
}
