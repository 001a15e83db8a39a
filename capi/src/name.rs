//! Names of classes.

use core::ffi::c_char;

use crate::status::Status;

/// Longest name of a class in bytes of UTF-8, without the zero that ends it.
pub const DIM_NAME_BYTES: usize = 24;
const _: () = assert!(DIM_NAME_BYTES == dim_device::classes::NAME_BYTES);

/// Bytes of a name where it is kept: filled up with zeros, of which there is at least one.
pub(crate) const KEPT: usize = 32;

/// A name of the caller's, which a zero ends; no more than [`DIM_NAME_BYTES`] and the zero are read.
///
/// # Safety
/// `name` is null or points to a string that a zero ends.
pub(crate) unsafe fn take(name: *const c_char) -> Result<[u8; KEPT], Status> {
    if name.is_null() {
        return Err(Status::NullPointer);
    }
    let mut kept = [0; KEPT];
    for (at, byte) in kept.iter_mut().enumerate() {
        // SAFETY: the bytes before were no zeros, so this one is of the string.
        *byte = unsafe { name.add(at).cast::<u8>().read() };
        if *byte == 0 {
            return if is_name(&kept) { Ok(kept) } else { Err(Status::Name) };
        }
        if at == DIM_NAME_BYTES {
            break;
        }
    }
    Err(Status::Name)
}

/// Whether what is kept could be a name.
pub(crate) fn is_name(kept: &[u8; KEPT]) -> bool {
    let length = kept.iter().position(|byte| *byte == 0).unwrap_or(KEPT);
    let (name, rest) = kept.split_at_checked(length).unwrap_or_default();
    (1..=DIM_NAME_BYTES).contains(&length) && rest.iter().all(|byte| *byte == 0) && core::str::from_utf8(name).is_ok()
}

/// As C reads it.
pub(crate) fn give(kept: &[u8; KEPT]) -> [c_char; DIM_NAME_BYTES + 1] {
    let mut name = [0; DIM_NAME_BYTES + 1];
    for (to, byte) in name.iter_mut().zip(kept.iter().take(DIM_NAME_BYTES)) {
        *to = c_char::from_ne_bytes([*byte]);
    }
    name
}
