//! How inputs lie in scratch memory that int4 weights are multiplied by, two products in one multiplication; the formulas
//! are in [`portable::int4`](crate::kernels::portable::int4).
//!
//! Columns are those of a [paired](super::paired) filter, a word as `high * 2^16 + low`, and the other way around: 2 and 0,
//! then 3 and 1, of every four inputs. A block of them has a word for each pixel from which its sums start.

/// Words of a pixel that are added up before sums are taken out of them: 16 inputs.
pub(crate) const WORDS: usize = 8;

/// What a loop over blocks in assembly works on, with the lengths checked.
#[cfg(any(dim_armv6m, dim_armv7m, dim_riscv32))]
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Blocks {
    columns: *const u32,
    filter: *const u32,
    starts: *const u32,
    /// Of the columns.
    end: *const u32,
    /// Of the filter in each block: 4 for every four inputs, 16 at most.
    filter_bytes: usize,
}

#[cfg(any(dim_armv6m, dim_armv7m, dim_riscv32))]
impl Blocks {
    /// Those of 16 inputs, at least one, then one of the 4 to 12 that are left.
    ///
    /// # Shapes
    /// `columns` `[words, PIXELS]`, `filter` `[words / 2]`, `starts` at least `[words / 8, PIXELS]`, rounded up.
    pub(crate) fn split(columns: &[u32], filter: &[u32], starts: &[u32]) -> Option<[Option<Self>; 2]> {
        const PIXELS: usize = super::paired::PIXELS;
        /// Words of the filter in a block.
        const BLOCK: usize = WORDS / 2;
        if columns.len() != 2 * PIXELS * filter.len() || starts.len() < filter.len().div_ceil(BLOCK) * PIXELS {
            return None;
        }
        let (whole, rest) = filter.split_at_checked(filter.len() / BLOCK * BLOCK)?;
        let (whole_columns, rest_columns) = columns.split_at_checked(2 * PIXELS * whole.len())?;
        let (whole_starts, rest_starts) = starts.split_at_checked(whole.len() / BLOCK * PIXELS)?;
        let blocks = |columns: &[u32], filter: &[u32], starts: &[u32], words: usize| Self {
            columns: columns.as_ptr(),
            filter: filter.as_ptr(),
            starts: starts.as_ptr(),
            end: columns.as_ptr_range().end,
            filter_bytes: words * size_of::<u32>(),
        };
        Some([
            (!whole.is_empty()).then(|| blocks(whole_columns, whole, whole_starts, BLOCK)),
            (!rest.is_empty()).then(|| blocks(rest_columns, rest, rest_starts, rest.len())),
        ])
    }
}
