//! What header and library tell each other.

use core::ffi::{CStr, c_char};

/// Version of the functions and types of this header. It is another one when a program has to be compiled anew.
pub const DIM_ABI: u32 = 1;

/// Stands for a distance or a threshold that there is none of.
pub const DIM_NONE: u32 = u32::MAX;

const VERSION: &CStr = {
    let bytes = concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes();
    match CStr::from_bytes_with_nul(bytes) {
        Ok(version) => version,
        Err(_) => panic!("cargo writes versions without zeros"),
    }
};

/// Version of the library.
///
/// @return Such as `"0.1.0"`; constant.
/// @par Context Any, interrupts too.
#[unsafe(no_mangle)]
pub extern "C" fn dim_version() -> *const c_char {
    VERSION.as_ptr()
}

/// #DIM_ABI of the library, to be compared with that of the header. dim_parse() does so.
///
/// @par Context Any, interrupts too.
#[unsafe(no_mangle)]
pub extern "C" fn dim_abi() -> u32 {
    DIM_ABI
}
