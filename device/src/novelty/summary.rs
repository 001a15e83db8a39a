//! The record that says whose statistics of normal images the store keeps.

use dim_link::{Identity, Place};
use embedded_storage::nor_flash::NorFlash;

use super::moments::Moments;
use super::normal_images::NormalImages;
use super::threshold::Threshold;
use crate::store::{Key, Kind, Store, StoreError, put};

/// Little-endian: identity, row, images, values and channels of a map, then images, sum and squares of the threshold.
const BYTES_OF_SUMMARY: usize = 16 + 1 + 4 + 4 + 2 + 4 + 8 + 16;
const KEY: Key = Key { kind: Kind::Normal, place: Place::BuiltIn, index: 0 };

/// Everything but the moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) identity: Identity,
    /// Where the moments are.
    pub(super) row: u8,
    pub(super) images: u32,
    values: u32,
    channels: u16,
    pub(super) threshold: Threshold,
}

impl Summary {
    /// Of statistics whose moments are in this row; `None` of maps larger than any encoder's.
    pub(super) fn of<M: AsRef<[Moments]> + AsMut<[Moments]>>(
        identity: Identity,
        row: u8,
        normal: &NormalImages<M>,
    ) -> Option<Self> {
        let [values, channels] = normal.size();
        let (values, channels) = (u32::try_from(values).ok()?, u16::try_from(channels).ok()?);
        let (images, threshold) = (normal.images(), normal.scores_of_threshold());
        Some(Self { identity, row, images, values, channels, threshold })
    }

    /// Values of a map, and channels of a cell.
    pub(super) fn size(&self) -> [usize; 2] {
        [usize::try_from(self.values).unwrap_or(usize::MAX), self.channels.into()]
    }

    /// What the store has; `None` where nothing is kept.
    pub(super) fn read<F: NorFlash, const BYTES: usize>(
        store: &mut Store<F, BYTES>,
    ) -> Result<Option<Self>, StoreError> {
        let value = store.read(KEY)?.and_then(|value| <[u8; BYTES_OF_SUMMARY]>::try_from(value).ok());
        Ok(value.and_then(|value| Self::from_bytes(&value)))
    }

    pub(super) fn write<F: NorFlash, const BYTES: usize>(self, store: &mut Store<F, BYTES>) -> Result<(), StoreError> {
        store.write(KEY, &|value| {
            let Self { identity, row, images, values, channels, threshold } = self;
            let fields: [&[u8]; 8] = [
                &identity.0,
                &[row],
                &images.to_le_bytes(),
                &values.to_le_bytes(),
                &channels.to_le_bytes(),
                &threshold.images.to_le_bytes(),
                &threshold.sum.to_le_bytes(),
                &threshold.squares.to_le_bytes(),
            ];
            fields
                .into_iter()
                .try_fold(0, |length: usize, field| length.checked_add(put(value.get_mut(length..)?, field)?))
        })
    }

    pub(super) fn remove<F: NorFlash, const BYTES: usize>(store: &mut Store<F, BYTES>) -> Result<(), StoreError> {
        store.remove(KEY)
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (identity, rest) = bytes.split_first_chunk()?;
        let (row, rest) = rest.split_first()?;
        let (images, rest) = rest.split_first_chunk()?;
        let (values, rest) = rest.split_first_chunk()?;
        let (channels, rest) = rest.split_first_chunk()?;
        let (threshold_images, rest) = rest.split_first_chunk()?;
        let (sum, squares) = rest.split_first_chunk()?;
        Some(Self {
            identity: Identity(*identity),
            row: *row,
            images: u32::from_le_bytes(*images),
            values: u32::from_le_bytes(*values),
            channels: u16::from_le_bytes(*channels),
            threshold: Threshold {
                images: u32::from_le_bytes(*threshold_images),
                sum: u64::from_le_bytes(*sum),
                squares: u128::from_le_bytes(*squares.first_chunk()?),
            },
        })
    }
}
