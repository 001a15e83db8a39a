//! Rows of numbers that lie one behind the other.

/// Row `index` of rows of `length` numbers, if there is one.
pub(super) fn row<T>(numbers: &[T], index: usize, length: usize) -> Option<&[T]> {
    numbers.get(index.checked_mul(length)?..)?.get(..length)
}

/// The same, to be written to.
pub(super) fn row_mut<T>(numbers: &mut [T], index: usize, length: usize) -> Option<&mut [T]> {
    numbers.get_mut(index.checked_mul(length)?..)?.get_mut(..length)
}
