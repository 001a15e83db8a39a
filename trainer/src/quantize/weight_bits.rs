//! What bits of weights mean for the numbers and their layout in a file.

use dim_model_format::FilterLayout;

use crate::settings::WeightBits;

impl WeightBits {
    /// What the numbers that stand for weights are multiples of.
    pub(super) const fn unit(self) -> i8 {
        match self {
            Self::Int8 => 1,
            Self::Int4 => 16,
        }
    }

    /// The layout that all targets are fastest with.
    pub(super) const fn layout(self) -> FilterLayout {
        match self {
            Self::Int8 => FilterLayout::Paired,
            Self::Int4 => FilterLayout::Int4,
        }
    }
}
