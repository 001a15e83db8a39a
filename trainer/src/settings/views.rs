//! What a positive pair is of.

use serde::{Deserialize, Serialize};

/// What embedding and local features of a positive pair come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Views {
    /// The same image, as it is: the paper.
    #[default]
    One,
    /// Two random views of the image, each predicting the other's local features (Bachman et al. 2019).
    Two,
    /// Two such views, and small crops whose embeddings predict the features of both: multi-crop (Caron et al. 2020).
    Crops,
}

impl Views {
    /// Views of an image whose local features are predicted.
    pub const fn large(self) -> usize {
        match self {
            Self::One => 1,
            Self::Two | Self::Crops => 2,
        }
    }

    /// Name in settings and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Two => "two",
            Self::Crops => "crops",
        }
    }
}
