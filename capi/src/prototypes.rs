//! Classes that a workstation made.

use core::ffi::{c_char, c_void};
use core::mem::MaybeUninit;

use dim_model_format::Prototypes as Parsed;

use crate::border::{get, read, result};
use crate::model::Model;
use crate::opaque::Sealed;
use crate::status::Status;
use crate::version::DIM_ABI;

/// Classes of a file of `dim prototypes`. It borrows the bytes of its file, as a #dim_model does. Only dim_prototypes_parse() makes
/// one.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct Prototypes {
    /// None of the caller's business.
    opaque: [MaybeUninit<u64>; 8],
}

const SEAL: u64 = u64::from_le_bytes(*b"dimproto") ^ DIM_ABI as u64;

/// The prototype that an embedding is nearest to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub struct Nearest {
    /// Name of the class, UTF-8, in the file of the prototypes; no zero ends it: print it by `"%.*s"`.
    pub name: *const c_char,
    /// Bytes of the name.
    pub name_bytes: usize,
    /// Number of the class.
    pub number: u32,
    /// Squared distance, in codes.
    pub distance: u32,
}

/// Reads the prototypes of an encoder.
///
/// @param prototypes  Written if all is well.
/// @param model       The encoder that the classes are of, parsed.
/// @param file        Bytes of the file, of any alignment; they stay where they are as long as the prototypes are used.
/// @param file_bytes  Bytes of the whole file.
/// @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_MALFORMED, #DIM_OTHER_ENCODER, #DIM_CODES_LENGTH
/// @par Context Any, interrupts too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_prototypes_parse(
    prototypes: *mut Prototypes,
    model: *const Model,
    file: *const c_void,
    file_bytes: usize,
) -> Status {
    let parse = || {
        // SAFETY: by the contract of the header.
        let (to, model, file) =
            unsafe { (result(prototypes)?, Model::load(model)?, read::<u8>(file.cast(), file_bytes)?) };
        Sealed::<Parsed<'static>>::store(SEAL, Parsed::parse(file, &model)?, to);
        Ok(())
    };
    Status::of(parse())
}

/// The class whose prototype differs least from an embedding; the first of several.
///
/// @param prototypes  Parsed.
/// @param embedding   `[units]` codes.
/// @param units       How many there are.
/// @param nearest     Written if all is well.
/// @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_CODES_LENGTH
/// @par Context Any, interrupts too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_prototypes_nearest(
    prototypes: *const Prototypes,
    embedding: *const i8,
    units: usize,
    nearest: *mut Nearest,
) -> Status {
    let find = || {
        // SAFETY: by the contract of the header.
        let (prototypes, embedding, to) = unsafe { (get(prototypes)?, read(embedding, units)?, result(nearest)?) };
        let prototypes: Parsed<'static> = Sealed::load(SEAL, prototypes)?;
        let found = prototypes.nearest(embedding).ok_or(Status::CodesLength)?;
        to.write(Nearest {
            name: found.name.as_ptr().cast(),
            name_bytes: found.name.len(),
            number: u32::try_from(found.class).map_err(|_| Status::OutOfRange)?,
            distance: found.distance,
        });
        Ok(())
    };
    Status::of(find())
}
