//! What an image is judged by.

use dim_runtime::{Model, Output, TapKind};

use super::moments::Moments;

/// Embeddings of normal images that a critic compares with.
pub const REFERENCES: usize = 64;

/// Steps of a difference of cosines in 1.
pub(super) const COSINE_STEPS: u32 = 1 << 16;

/// How an encoder tells what is normal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judge {
    /// Each code of the local feature map against its mean and variance.
    Statistic,
    /// Each cell by the critic of Deep InfoMax, of an encoder whose file has one.
    Critic,
}

impl Judge {
    /// Name as in `--json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Statistic => "statistic",
            Self::Critic => "critic",
        }
    }

    /// Score of a cell with nothing novel: as the mean of normal images is, or as well explained by a normal embedding as by its
    /// own.
    pub const fn nothing_novel(self) -> u32 {
        match self {
            Self::Statistic => 0,
            Self::Critic => COSINE_STEPS,
        }
    }

    /// The critic, if the encoder has one.
    pub fn of(model: &Model<'_>) -> Self {
        if model.tap(TapKind::CriticMap).is_some() { Self::Critic } else { Self::Statistic }
    }

    /// How much is kept of normal images of an encoder, as [`Moments`], and numbers of a cell; `None` if it has no local feature
    /// map.
    pub fn size(self, model: &Model<'_>) -> Option<[usize; 2]> {
        let map = model.tensor(model.tap(match self {
            Self::Statistic => TapKind::FeatureMap,
            Self::Critic => TapKind::CriticMap,
        })?);
        let channels = usize::from(map.shape.channels);
        Some([self.kept(usize::try_from(map.shape.elements()).ok()?, channels)?, channels])
    }

    /// Moments of a map of so many codes in all and in a cell, or the place of a critic's references.
    pub const fn kept(self, codes: usize, channels: usize) -> Option<usize> {
        match self {
            Self::Statistic => Some(codes),
            Self::Critic => channels.checked_mul(REFERENCES / Moments::BYTES),
        }
    }
}

/// Codes of an image that is learned from or judged, cells of so many channels one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen<'e> {
    /// By the statistic.
    Map {
        /// The local feature map, `[cells, channels]`.
        cells: &'e [i8],
        /// At least 1.
        channels: usize,
    },
    /// By the critic.
    Critic {
        /// What it makes of the cells, `[cells, width]`.
        cells: &'e [i8],
        /// What it makes of the embedding, `[width]`.
        embedding: &'e [i8],
    },
}

impl<'e> Seen<'e> {
    /// What the encoder's judge needs of an output; `None` if it has no local feature map.
    pub fn of(output: &Output<'_, 'e>) -> Option<Self> {
        if let (Some(map), Some(embedding)) = (output.tap(TapKind::CriticMap), output.tap(TapKind::CriticEmbedding)) {
            return Some(Self::Critic { cells: map.values, embedding: embedding.values });
        }
        let map = output.feature_map()?;
        Some(Self::Map { cells: map.values, channels: map.shape.channels.into() })
    }

    /// Who judges by it.
    pub const fn judge(self) -> Judge {
        match self {
            Self::Map { .. } => Judge::Statistic,
            Self::Critic { .. } => Judge::Critic,
        }
    }

    /// The codes of all cells.
    pub const fn cells(self) -> &'e [i8] {
        match self {
            Self::Map { cells, .. } | Self::Critic { cells, .. } => cells,
        }
    }

    /// Codes of a cell.
    pub const fn channels(self) -> usize {
        match self {
            Self::Map { channels, .. } => channels,
            Self::Critic { embedding, .. } => embedding.len(),
        }
    }
}
