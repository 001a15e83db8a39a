//! Moves and sums of int8 numbers, 16 at a time, with the last ones predicated.

use core::arch::naked_asm;

use crate::kernels::portable::unpack;

/// Numbers in a vector.
pub(super) const LANES: usize = 16;

/// `VLD2` reads words.
pub(super) fn is_aligned(filter: &[u8]) -> bool {
    filter.as_ptr().addr().is_multiple_of(4)
}

/// Writes `values` to the start of `target`.
#[inline]
pub(super) fn copy(values: &[i8], target: &mut [i8]) -> Option<()> {
    let target = target.get_mut(..values.len())?;
    // SAFETY: both have `values.len()` bytes.
    unsafe { copy_vectors(values.as_ptr(), target.as_mut_ptr(), values.len()) }
    Some(())
}

/// Writes `values`, a multiple of four, to the start of `target`, 0, 2, 1, 3 of every four.
#[inline]
pub(super) fn permute(values: &[i8], target: &mut [i8]) -> Option<()> {
    let target = target.get_mut(..values.len()).filter(|_| values.len().is_multiple_of(4))?;
    // SAFETY: both have `values.len()` bytes, and the order stays inside of every four of them.
    unsafe { permute_vectors(values.as_ptr(), target.as_mut_ptr(), values.len(), &ORDER) }
    Some(())
}

/// Where each number of a vector comes from.
static ORDER: [u8; LANES] = [0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15];

/// As [`unpack::unpack`], to memory that is aligned for words.
pub(crate) fn unpack<'a>(packed: &[u8], pair: &'a mut [u8]) -> Option<&'a [u8]> {
    let bytes = packed.len();
    let (vectors, rest) = packed.split_at_checked(bytes / LANES * LANES)?;
    let (target, last) = pair.get_mut(..2 * bytes)?.split_at_mut_checked(2 * vectors.len())?;
    if !vectors.is_empty() && target.as_ptr().addr().is_multiple_of(4) {
        // SAFETY: `target` is aligned and twice as long as `vectors`, which has whole vectors, at least one.
        unsafe { unpack_vectors(vectors.as_ptr(), target.as_mut_ptr(), vectors.len() / LANES) }
    } else {
        unpack::unpack(vectors, target)?;
    }
    unpack::unpack(rest, last)?;
    pair.get(..2 * bytes)
}

/// The sums of the weights of both channels of a filter.
pub(super) fn sum(filter: &[u8]) -> [i32; 2] {
    let mut sums = [0; 2];
    // SAFETY: reads `filter.len()` bytes.
    unsafe { sum_vectors(filter.as_ptr(), filter.len(), &mut sums) };
    sums
}

/// 4 instructions for 16 numbers.
///
/// # Safety
/// `length` bytes can be read.
#[unsafe(naked)]
unsafe extern "C" fn sum_vectors(filter: *const u8, length: usize, sums: &mut [i32; 2]) {
    naked_asm!(
        ".cpu cortex-m55",
        "push {{r4, lr}}",
        "vmov.i16 q1, #0x0001",
        "vmov.i16 q2, #0x0100",
        "movs r4, #0",
        "mov r12, r4",
        "wlstp.8 lr, r1, 2f",
        "1:",
        "vldrb.u8 q0, [r0], #16",
        "vmladava.s8 r4, q0, q1",
        "vmladava.s8 r12, q0, q2",
        "letp lr, 1b",
        "2:",
        "strd r4, r12, [r2]",
        "pop {{r4, pc}}",
    )
}

/// 6 instructions for 32 numbers.
///
/// # Safety
/// `blocks >= 1` vectors can be read from `packed` and twice as many written to `pair`, which is aligned for words.
#[unsafe(naked)]
unsafe extern "C" fn unpack_vectors(packed: *const u8, pair: *mut u8, blocks: usize) {
    naked_asm!(
        ".cpu cortex-m55",
        "push {{r7, lr}}",
        "vmov.i8 q3, #0xf0",
        "dls lr, r2",
        "1:",
        "vldrb.u8 q0, [r0], #16",
        "vshl.i8 q1, q0, #4",
        "vand q2, q0, q3",
        "vst20.32 {{q1, q2}}, [r1]",
        "vst21.32 {{q1, q2}}, [r1]!",
        "le lr, 1b",
        "pop {{r7, pc}}",
    )
}

/// 3 instructions for 16 numbers.
///
/// # Safety
/// `length` bytes can be read and written.
#[unsafe(naked)]
unsafe extern "C" fn copy_vectors(values: *const i8, target: *mut i8, length: usize) {
    naked_asm!(
        ".cpu cortex-m55",
        "push {{r7, lr}}",
        "wlstp.8 lr, r2, 2f",
        "1:",
        "vldrb.u8 q0, [r0], #16",
        "vstrb.8 q0, [r1], #16",
        "letp lr, 1b",
        "2:",
        "pop {{r7, pc}}",
    )
}

/// 4 instructions for 16 numbers.
///
/// # Safety
/// `length` bytes, a multiple of four, can be read and written.
#[unsafe(naked)]
unsafe extern "C" fn permute_vectors(values: *const i8, target: *mut i8, length: usize, order: &[u8; LANES]) {
    naked_asm!(
        ".cpu cortex-m55",
        "push {{r7, lr}}",
        "vldrb.u8 q1, [r3]",
        "wlstp.8 lr, r2, 2f",
        "1:",
        "vldrb.u8 q0, [r0, q1]",
        "adds r0, #16",
        "vstrb.8 q0, [r1], #16",
        "letp lr, 1b",
        "2:",
        "pop {{r7, pc}}",
    )
}
