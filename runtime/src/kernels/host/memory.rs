//! Bytes at the start of a line of the cache.

use std::vec::Vec;

/// A line of the cache, and the widest vector.
#[derive(Debug, Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C, align(64))]
struct Line([u8; 64]);

/// Memory whose first element is aligned for every vector.
#[derive(Debug, Default)]
pub(super) struct Memory(Vec<Line>);

impl Memory {
    /// Zeros, at least so many bytes.
    pub(super) fn zeroed(bytes: usize) -> Self {
        let mut memory = Self::default();
        memory.reserve(bytes);
        memory
    }

    /// Makes room for so many bytes in all.
    pub(super) fn reserve(&mut self, bytes: usize) {
        let lines = bytes.div_ceil(size_of::<Line>());
        if lines > self.0.len() {
            self.0.resize(lines, Line([0; 64]));
        }
    }

    /// All of it as numbers of any type.
    pub(super) fn get<T: bytemuck::Pod>(&self) -> &[T] {
        bytemuck::try_cast_slice(&self.0).unwrap_or_default()
    }

    /// As [`Self::get`], to write.
    pub(super) fn get_mut<T: bytemuck::Pod>(&mut self) -> &mut [T] {
        bytemuck::try_cast_slice_mut(&mut self.0).unwrap_or_default()
    }
}
