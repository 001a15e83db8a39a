//! Files that are read.

use core::ffi::c_void;
use core::mem::MaybeUninit;

use dim_model_format::{Model as Parsed, TapKind};

use crate::border::{DIM_ALIGNMENT, get, read, result};
use crate::opaque::Sealed;
use crate::status::Status;
use crate::version::DIM_ABI;

/// An encoder that was read. It borrows the bytes of its file, which have to stay where and as they are. It may be copied, used by
/// several threads at once, and forgotten without ado. Only dim_parse() makes one.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct Model {
    /// None of the caller's business.
    opaque: [MaybeUninit<u64>; 24],
}

const SEAL: u64 = u64::from_le_bytes(*b"dimmodel") ^ DIM_ABI as u64;

impl Model {
    /// What C points to.
    ///
    /// # Safety
    /// As of [`get`]; of a model that was parsed, the file is still there.
    pub(crate) unsafe fn load(model: *const Self) -> Result<Parsed<'static>, Status> {
        // SAFETY: by the contract.
        Sealed::load(SEAL, unsafe { get(model) }?)
    }
}

/// Codes of an embedding.
pub(crate) fn units(model: &Parsed<'_>) -> usize {
    model.tap(TapKind::Embedding).map_or(0, |id| model.tensor(id).arena_range().len())
}

/// What dim_parse() calls, with the #DIM_ABI that the program was compiled with.
///
/// @param abi #DIM_ABI.
/// @see dim_parse()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_parse_abi(abi: u32, model: *mut Model, file: *const c_void, file_bytes: usize) -> Status {
    let parse = || {
        if abi != DIM_ABI {
            return Err(Status::OtherAbi);
        }
        // SAFETY: by the contract of the header.
        let (model, file) = unsafe { (result(model)?, read::<u8>(file.cast(), file_bytes)?) };
        if !file.as_ptr().addr().is_multiple_of(DIM_ALIGNMENT) {
            return Err(Status::Misaligned);
        }
        Sealed::store(SEAL, Parsed::parse(file)?, model);
        Ok(())
    };
    Status::of(parse())
}
