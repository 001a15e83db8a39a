//! The encoders themselves.
//!
//! The local feature map is always taken behind batch normalization and `ReLU`.

mod convolutional;
mod edge;
mod folded;
mod residual;

pub(super) use convolutional::{alexnet64, conv28, conv32, conv64};
pub(super) use edge::{edge28, edge28_depthwise, edge32};
pub(super) use folded::{foldalex64, foldmultialex64, foldresnet19, foldresnet37};
pub(super) use residual::{resnet8, resnet19};
