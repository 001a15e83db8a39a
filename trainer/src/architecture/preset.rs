//! Encoders by name.

use dim_host::choice::Choice;
use dim_host::choices;

use super::{Architecture, presets};

choices! {
    /// Encoders by name; `docs/ENCODERS.md` compares them.
    #[derive(Default)]
    pub enum Preset {
        /// 28x28x1, 6.7 M parameters: the paper's for MNIST-like images
        #[default]
        Conv28 = "conv28",
        /// 32x32x3, 4.9 M parameters: the paper's for CIFAR
        Conv32 = "conv32",
        /// 64x64x3, 11.2 M parameters: the paper's, one convolution deeper
        Conv64 = "conv64",
        /// 64x64x3, 58.4 M parameters: the paper's AlexNet for STL-10, Tiny ImageNet and CelebA
        Alexnet64 = "alexnet64",
        /// 64x64x3, 17.9 M parameters: AlexNet on 7x7 crops, with one global
        Foldalex64 = "foldalex64",
        /// 64x64x3, 3.2 M parameters: AlexNet on 7x7 crops, with 25 globals
        Foldmultialex64 = "foldmultialex64",
        /// 32x32x3, 20.3 M parameters: six bottleneck blocks
        Resnet19 = "resnet19",
        /// 32x32x3, 54.9 M parameters: resnet19 on 7x7 crops
        Foldresnet19 = "foldresnet19",
        /// 32x32x3, 57.2 M parameters: twelve bottleneck blocks on 7x7 crops
        Foldresnet37 = "foldresnet37",
        /// 32x32x3, 81 k parameters: MLPerf Tiny's ResNet-8 with an embedding in place of classes
        Resnet8 = "resnet8",
        /// 28x28x1, 364 k parameters: for microcontrollers, three convolutions
        Edge28 = "edge28",
        /// 28x28x1, 21 k parameters: for the smallest microcontrollers, depthwise separable
        Edge28Depthwise = "edge28-dw",
        /// 32x32x3, 364 k parameters: for microcontrollers, three convolutions
        Edge32 = "edge32",
    }
}

impl Preset {
    /// Every preset, in the order in which they are listed.
    pub fn all() -> &'static [Self] {
        Self::OFFERED
    }

    /// The encoder of this name.
    pub fn architecture(self) -> Architecture {
        match self {
            Self::Conv28 => presets::conv28(),
            Self::Conv32 => presets::conv32(),
            Self::Conv64 => presets::conv64(),
            Self::Alexnet64 => presets::alexnet64(),
            Self::Foldalex64 => presets::foldalex64(),
            Self::Foldmultialex64 => presets::foldmultialex64(),
            Self::Resnet19 => presets::resnet19(),
            Self::Foldresnet19 => presets::foldresnet19(),
            Self::Foldresnet37 => presets::foldresnet37(),
            Self::Resnet8 => presets::resnet8(),
            Self::Edge28 => presets::edge28(),
            Self::Edge28Depthwise => presets::edge28_depthwise(),
            Self::Edge32 => presets::edge32(),
        }
    }
}
