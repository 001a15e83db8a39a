//! Values of Rust in memory of C: sealed words that are looked into by this library alone.

use core::mem::MaybeUninit;

use crate::status::Status;

/// A value and what tells it from memory that holds none. A copy of it is as good.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(crate) struct Sealed<T> {
    seal: u64,
    value: T,
}

impl<T: Copy> Sealed<T> {
    /// Puts a value into words of C.
    pub(crate) fn store<W>(seal: u64, value: T, words: &mut MaybeUninit<W>) {
        const { Self::fits::<W>() }
        // SAFETY: the words are large and aligned enough, as was checked when this was compiled.
        unsafe { words.as_mut_ptr().cast::<Self>().write(Self { seal, value }) }
    }

    /// The value in words of C.
    pub(crate) fn load<W>(seal: u64, words: &W) -> Result<T, Status> {
        const { Self::fits::<W>() }
        let words: *const Self = core::ptr::from_ref(words).cast();
        // SAFETY: the words are large and aligned enough, and the seal is a number, whatever its bits are.
        if unsafe { (&raw const (*words).seal).read() } != seal {
            return Err(Status::NotBegun);
        }
        // SAFETY: only `store` writes this seal, and behind it a value.
        Ok(unsafe { words.read() }.value)
    }

    const fn fits<W>() {
        assert!(size_of::<Self>() <= size_of::<W>() && align_of::<Self>() <= align_of::<W>(), "more words are needed");
    }
}
