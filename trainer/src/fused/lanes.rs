//! Rows of channels, some channels at a time: what is kept for each of them stays in a vector while rows go by.

/// Channels of a group.
pub(super) const LANES: usize = 16;

/// Work on `L` neighbouring channels of all rows.
pub(super) trait Channels {
    /// `first` is the first of them.
    fn visit<const L: usize>(&mut self, first: usize);
}

/// Visits all channels, each once.
#[inline(always)]
pub(super) fn each_group(channels: usize, work: &mut impl Channels) {
    let grouped = channels / LANES * LANES;
    (0..grouped).step_by(LANES).for_each(|first| work.visit::<LANES>(first));
    (grouped..channels).for_each(|first| work.visit::<1>(first));
}

/// Those of a row.
#[inline(always)]
pub(super) fn of<const L: usize, T: Copy>(row: &[T], first: usize) -> [T; L] {
    *row[first..].first_chunk().expect("a row has all channels")
}

/// Those of a row, to write to.
#[inline(always)]
pub(super) fn of_mut<const L: usize, T>(row: &mut [T], first: usize) -> &mut [T; L] {
    row[first..].first_chunk_mut().expect("a row has all channels")
}
