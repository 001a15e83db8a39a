//! Memory of the caller.
//!
//! Pointers become slices and references here, and nowhere else: null, alignment, length and overlap are checked first.

use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::ops::Range;

use crate::status::Status;

/// Alignment in bytes of a .dim file and of an arena.
pub const DIM_ALIGNMENT: usize = 16;

/// Memory that a caller lends for the time of a call: an arena, or what classes and normal images are kept in. DIM_MEMORY() makes
/// one of an array.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct Memory {
    /// Its first byte.
    pub data: *mut c_void,
    /// How many bytes there are.
    pub bytes: usize,
}

/// A slice of the caller's to be read.
///
/// # Safety
/// `data` is null, or `count` values can be read from it as long as the slice is used, and nothing writes to them.
pub(crate) unsafe fn read<'a, T>(data: *const T, count: usize) -> Result<&'a [T], Status> {
    check(data, count)?;
    // SAFETY: not null, aligned, of a length that Rust can have; valid by the contract.
    Ok(unsafe { core::slice::from_raw_parts(data, count) })
}

/// A value of the caller's to be read.
///
/// # Safety
/// `value` is null or points to one as long as the reference is used, and nothing writes to it.
pub(crate) unsafe fn get<'a, T>(value: *const T) -> Result<&'a T, Status> {
    check(value, 1)?;
    // SAFETY: not null and aligned; valid by the contract.
    Ok(unsafe { &*value })
}

/// Where a result goes; it is written by [`MaybeUninit::write`] once nothing can fail any more.
///
/// # Safety
/// `to` is null or points to memory for a value that nothing else uses.
pub(crate) unsafe fn result<'a, T>(to: *mut T) -> Result<&'a mut MaybeUninit<T>, Status> {
    check(to, 1)?;
    // SAFETY: not null and aligned; valid by the contract, and not read before it is written.
    Ok(unsafe { &mut *to.cast() })
}

/// A slice for results.
///
/// # Safety
/// `to` is null or points to memory for `count` values that nothing else uses.
pub(crate) unsafe fn results<'a, T>(to: *mut T, count: usize) -> Result<&'a mut [MaybeUninit<T>], Status> {
    check(to, count)?;
    // SAFETY: not null, aligned, of a length that Rust can have; valid by the contract, and not read before it is written.
    Ok(unsafe { core::slice::from_raw_parts_mut(to.cast(), count) })
}

impl Memory {
    /// As an arena.
    ///
    /// # Safety
    /// `data` is null, or `bytes` bytes can be read and written as long as the slice is used, and nothing else does.
    pub(crate) unsafe fn arena<'a>(self) -> Result<&'a mut [i8], Status> {
        check(self.data.cast::<i8>(), self.bytes)?;
        if !self.data.addr().is_multiple_of(DIM_ALIGNMENT) {
            return Err(Status::Misaligned);
        }
        // SAFETY: not null, of a length that Rust can have; valid by the contract.
        Ok(unsafe { core::slice::from_raw_parts_mut(self.data.cast(), self.bytes) })
    }

    /// As whole words; what is left over behind them is not looked at.
    ///
    /// # Safety
    /// As of [`Memory::arena`].
    pub(crate) unsafe fn words<'a>(self) -> Result<&'a mut [u64], Status> {
        let words = self.bytes / size_of::<u64>();
        check(self.data.cast::<u64>(), words)?;
        // SAFETY: not null, aligned, of a length that Rust can have; valid by the contract.
        Ok(unsafe { core::slice::from_raw_parts_mut(self.data.cast(), words) })
    }

    /// Whether it shares a byte with what is read in the same call.
    pub(crate) fn is_apart_from<T>(self, other: &[T]) -> Result<(), Status> {
        let Range { start, end } = other.as_ptr_range();
        let (from, to) = (self.data.addr(), self.data.addr().saturating_add(self.bytes));
        if start.addr() < to && from < end.addr() { Err(Status::Overlap) } else { Ok(()) }
    }
}

fn check<T>(data: *const T, count: usize) -> Result<(), Status> {
    if data.is_null() {
        return Err(Status::NullPointer);
    }
    if !data.is_aligned() {
        return Err(Status::Misaligned);
    }
    let bytes = count.checked_mul(size_of::<T>()).filter(|bytes| *bytes <= isize::MAX.cast_unsigned());
    let fits = bytes.is_some_and(|bytes| data.addr().checked_add(bytes).is_some());
    if fits { Ok(()) } else { Err(Status::OutOfRange) }
}
