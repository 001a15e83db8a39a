//! Memory for activations whose size is known at compile time.

/// `BYTES` bytes for activations, aligned to 16.
///
/// ```
/// static FILE: &[u8] = b"\x93DIM\r\n\x1a\n\x01\0\0\0\x40\0\0\0\x20\0\0\0 a fixed part of fifty-six bytes.....";
/// let arena = dim_runtime::Arena::<{ dim_runtime::arena_bytes(FILE) }>::new();
/// assert_eq!(arena.as_slice().len(), 32);
/// ```
#[derive(Debug, Clone)]
#[repr(C, align(16))]
pub struct Arena<const BYTES: usize>([i8; BYTES]);

impl<const BYTES: usize> Arena<BYTES> {
    /// Zeroed memory; as a `static` it costs no flash.
    pub const fn new() -> Self {
        Self([0; BYTES])
    }

    /// The memory.
    pub const fn as_slice(&self) -> &[i8] {
        &self.0
    }

    /// The memory, for [`crate::Encoder::new`].
    pub const fn as_mut_slice(&mut self) -> &mut [i8] {
        &mut self.0
    }
}

impl<const BYTES: usize> Default for Arena<BYTES> {
    fn default() -> Self {
        Self::new()
    }
}
