//! What changes an image at random.

use serde::{Deserialize, Serialize};

/// What a training step sees of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Augmentation {
    /// The image as it is, or its middle where it is larger than the encoder's input: the paper on CIFAR.
    #[default]
    None,
    /// A random crop, mirrored half of the time: the paper on STL-10, 64x64 of 96x96. An image that is as
    /// large as the encoder's input is first framed with real zeros, an eighth of its extent on each side.
    CropFlip,
    /// Mirrored half of the time, shifted by up to 11 % with its edge repeated, contrast changed by up to
    /// 40 % and brightness by up to 26 of 255: for grey images, where AMDIM's colours say nothing.
    ShiftTone,
    /// AMDIM (Bachman et al. 2019): all views of an image mirrored alike, half of the time; shifted by up to an
    /// eighth of its extent, its border reflected (80 %); brightness, contrast, saturation and hue changed by
    /// up to 0.4, 0.4, 0.4 and 0.2 (80 %); made grey (25 %). Of an image that is larger than the encoder's input, a
    /// random part (30 % to 100 % of its area, proportions 0.7 to 1.4) is scaled to it in place of the shift.
    Amdim,
    /// A random part of the image (30 % to 100 % of its area, proportions 0.7 to 1.4) scaled to the encoder's input, mirrored
    /// half of the time; colours changed and made grey as by AMDIM.
    ResizedCrop,
    /// Of a signal whose rows are points in time: shifted in time, every channel louder or quieter, with noise, and with a
    /// span of time, a band of columns and a channel hidden. Never mirrored.
    Signal,
}

impl Augmentation {
    /// Whether one decision mirrors all views of an image, to be taken before they are drawn.
    pub const fn mirrors_alike(self) -> bool {
        matches!(self, Self::Amdim)
    }

    /// Whether it makes pictures of pictures: such as can be mirrored, blurred and cut into small crops.
    pub const fn is_of_pictures(self) -> bool {
        matches!(self, Self::CropFlip | Self::ShiftTone | Self::Amdim | Self::ResizedCrop)
    }

    /// Name in settings and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::CropFlip => "crop-flip",
            Self::ShiftTone => "shift-tone",
            Self::Amdim => "amdim",
            Self::ResizedCrop => "resized-crop",
            Self::Signal => "signal",
        }
    }
}
