//! Statistics that were learned elsewhere, and arrive in parts.

use dim_link::Normal;

use super::error::NoveltyError;
use super::moments::Moments;
use super::normal_images::NormalImages;
use super::threshold::Threshold;

/// What is to arrive, and how much of it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arriving {
    normal: Normal,
    /// Of moments.
    bytes: usize,
}

/// Why a part was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartError {
    /// It starts elsewhere than here, in bytes.
    Offset(usize),
    /// It is of no whole values, or of more than were announced.
    Length,
}

impl Arriving {
    /// Forgets what was known, for these to arrive.
    pub fn begin<M: AsRef<[Moments]> + AsMut<[Moments]>>(normal: Normal, known: &mut NormalImages<M>) -> Self {
        known.forget();
        Self { normal, bytes: 0 }
    }

    /// Takes [`Moments::to_bytes`] of some values, and gives the bytes that have arrived.
    ///
    /// # Errors
    /// [`PartError`]; then nothing is taken.
    pub fn take<M: AsRef<[Moments]> + AsMut<[Moments]>>(
        &mut self,
        known: &mut NormalImages<M>,
        offset: usize,
        bytes: &[u8],
    ) -> Result<usize, PartError> {
        if offset != self.bytes {
            return Err(PartError::Offset(self.bytes));
        }
        let (moments, rest) = bytes.as_chunks::<{ Moments::BYTES }>();
        let first = self.bytes / Moments::BYTES;
        let to = known.forget().get_mut(..self.values()).unwrap_or_default();
        let to = to.get_mut(first..first.saturating_add(moments.len()));
        let to = to.filter(|_| rest.is_empty()).ok_or(PartError::Length)?;
        to.iter_mut().zip(moments).for_each(|(to, bytes)| *to = Moments::from_bytes(*bytes));
        self.bytes = self.bytes.saturating_add(bytes.len());
        Ok(self.bytes)
    }

    /// They are known from now on.
    ///
    /// # Errors
    /// [`NoveltyError::Impossible`] if some have not arrived, and those of [`NormalImages::take`]; then nothing is known.
    pub fn end<M: AsRef<[Moments]> + AsMut<[Moments]>>(self, known: &mut NormalImages<M>) -> Result<(), NoveltyError> {
        let Normal { images, channels, threshold_images, threshold_sum, threshold_squares, .. } = self.normal;
        if Some(self.bytes) != self.values().checked_mul(Moments::BYTES) {
            return Err(NoveltyError::Impossible);
        }
        let threshold = Threshold { images: threshold_images, sum: threshold_sum, squares: threshold_squares };
        known.take(images, [self.values(), channels.into()], threshold)
    }

    fn values(&self) -> usize {
        usize::try_from(self.normal.values).unwrap_or(usize::MAX)
    }
}
