//! How deep the stack gets, by painting what is below it.

use crate::processor;

/// A word that nothing writes by chance.
const PAINT: u32 = 0xa5c3_5a3c;
/// Painted words; deeper than this is not seen.
const WORDS: usize = 4096;

/// Runs `work` and gives the bytes of stack that it took, its interrupts included.
#[inline(never)]
pub fn measure<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let top = processor::stack_pointer();
    for word in 1..=WORDS {
        // SAFETY: no variable is below the stack pointer, and the board has more stack than is painted.
        unsafe { top.wrapping_sub(word).write_volatile(PAINT) }
    }
    let result = work();
    let is_paint = |word: &usize| {
        // SAFETY: as above; words are of any content.
        unsafe { top.wrapping_sub(*word).read_volatile() == PAINT }
    };
    let untouched = (1..=WORDS).rev().take_while(is_paint).count();
    (result, (WORDS - untouched) * size_of::<u32>())
}
