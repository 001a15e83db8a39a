//! Encoders by name.

use dim_host::choice::Choice;
use dim_host::choices;

use super::Architecture;

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
        /// 28x28x1, 21 k parameters: for microcontrollers with 24 KB for an encoder
        Edge28Small = "edge28-s",
        /// 32x32x3, 95 k parameters: for microcontrollers with 100 KB for an encoder
        Edge32 = "edge32",
        /// 32x32x3, 56 k parameters: for microcontrollers with 40 KB for an encoder, by weights of 4 bits
        Edge32Small = "edge32-s",
        /// 32x32x3, 364 k parameters: edge32 as it was, three convolutions and a wide layer
        Edge32Wide = "edge32-fc",
        /// 96x96x3, 154 k parameters: for microcontrollers with a camera
        Edge96 = "edge96",
        /// 96x96x1, 153 k parameters: for microcontrollers with a grey camera
        Edge96Grey = "edge96-grey",
        /// 128x1x6, 31 k parameters: windows of an accelerometer and a gyroscope, 128 samples of six channels
        Imu128 = "imu128",
    }
}

impl Preset {
    /// Every preset, in the order in which they are listed.
    pub fn all() -> &'static [Self] {
        Self::OFFERED
    }

    /// The encoder of this name.
    ///
    /// # Panics
    /// Never: tests read all of them.
    pub fn architecture(self) -> Architecture {
        Architecture::from_toml(self.description()).expect("the presets are valid, as tests show")
    }

    /// Its description, as [`Architecture::from_toml`] reads it.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Conv28 => include_str!("presets/conv28.toml"),
            Self::Conv32 => include_str!("presets/conv32.toml"),
            Self::Conv64 => include_str!("presets/conv64.toml"),
            Self::Alexnet64 => include_str!("presets/alexnet64.toml"),
            Self::Foldalex64 => include_str!("presets/foldalex64.toml"),
            Self::Foldmultialex64 => include_str!("presets/foldmultialex64.toml"),
            Self::Resnet19 => include_str!("presets/resnet19.toml"),
            Self::Foldresnet19 => include_str!("presets/foldresnet19.toml"),
            Self::Foldresnet37 => include_str!("presets/foldresnet37.toml"),
            Self::Resnet8 => include_str!("presets/resnet8.toml"),
            Self::Edge28 => include_str!("presets/edge28.toml"),
            Self::Edge28Depthwise => include_str!("presets/edge28-dw.toml"),
            Self::Edge28Small => include_str!("presets/edge28-s.toml"),
            Self::Edge32 => include_str!("presets/edge32.toml"),
            Self::Edge32Small => include_str!("presets/edge32-s.toml"),
            Self::Edge32Wide => include_str!("presets/edge32-fc.toml"),
            Self::Edge96 => include_str!("presets/edge96.toml"),
            Self::Edge96Grey => include_str!("presets/edge96-grey.toml"),
            Self::Imu128 => include_str!("presets/imu128.toml"),
        }
    }
}
