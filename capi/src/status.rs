//! What every function returns.

use core::ffi::{CStr, c_char};

use dim_device::classes::LearnError;
use dim_device::novelty::NoveltyError;
use dim_model_format::PrototypesError;

/// What came of a call. Whatever is not #DIM_OK has changed nothing, but where a function says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum Status {
    /// It is done.
    Ok = 0,
    /// A pointer is null.
    NullPointer = 1,
    /// A pointer is not aligned as its type or the function says.
    Misaligned = 2,
    /// Two areas of memory overlap that must not.
    Overlap = 3,
    /// The header was not the one of this library: compile the program anew.
    OtherAbi = 4,
    /// A model or prototypes that were never parsed, or memory in which nothing was begun.
    NotBegun = 5,
    /// The memory has fewer bytes than are needed.
    MemoryTooSmall = 6,
    /// A number that is passed is out of its range.
    OutOfRange = 7,
    /// Not a .dim file: it starts otherwise.
    NotADimFile = 16,
    /// The file ends too early.
    Truncated = 17,
    /// The file has a version of the format that this library does not know.
    UnsupportedVersion = 18,
    /// A byte of the file is not as it was written.
    Damaged = 19,
    /// The file is not one that could be run.
    Malformed = 20,
    /// The encoder has an operator that this library was built without.
    LeftOut = 21,
    /// The image has another number of bytes than the encoder takes.
    ImageLength = 32,
    /// The file states no proof.
    NoProof = 33,
    /// The outputs are not those that the file was written for: do not use this encoder on this processor.
    Disproved = 34,
    /// The encoder is no longer what was parsed: its memory has changed.
    Changed = 35,
    /// The encoder does not tap this tensor.
    NoTap = 36,
    /// An embedding or a map has another number of codes than it should.
    CodesLength = 48,
    /// Made of the embeddings of another encoder.
    OtherEncoder = 49,
    /// The name is empty, longer than #DIM_NAME_BYTES, or not UTF-8.
    Name = 50,
    /// There is no such class, or none at all.
    NoClass = 51,
    /// There is no room for another class, example or image.
    Full = 52,
    /// Fewer than two normal images were learned.
    TooFew = 53,
}

impl Status {
    const ALL: [(Self, &'static CStr); 25] = [
        (Self::Ok, c"DIM_OK"),
        (Self::NullPointer, c"DIM_NULL_POINTER"),
        (Self::Misaligned, c"DIM_MISALIGNED"),
        (Self::Overlap, c"DIM_OVERLAP"),
        (Self::OtherAbi, c"DIM_OTHER_ABI"),
        (Self::NotBegun, c"DIM_NOT_BEGUN"),
        (Self::MemoryTooSmall, c"DIM_MEMORY_TOO_SMALL"),
        (Self::OutOfRange, c"DIM_OUT_OF_RANGE"),
        (Self::NotADimFile, c"DIM_NOT_A_DIM_FILE"),
        (Self::Truncated, c"DIM_TRUNCATED"),
        (Self::UnsupportedVersion, c"DIM_UNSUPPORTED_VERSION"),
        (Self::Damaged, c"DIM_DAMAGED"),
        (Self::Malformed, c"DIM_MALFORMED"),
        (Self::LeftOut, c"DIM_LEFT_OUT"),
        (Self::ImageLength, c"DIM_IMAGE_LENGTH"),
        (Self::NoProof, c"DIM_NO_PROOF"),
        (Self::Disproved, c"DIM_DISPROVED"),
        (Self::Changed, c"DIM_CHANGED"),
        (Self::NoTap, c"DIM_NO_TAP"),
        (Self::CodesLength, c"DIM_CODES_LENGTH"),
        (Self::OtherEncoder, c"DIM_OTHER_ENCODER"),
        (Self::Name, c"DIM_NAME"),
        (Self::NoClass, c"DIM_NO_CLASS"),
        (Self::Full, c"DIM_FULL"),
        (Self::TooFew, c"DIM_TOO_FEW"),
    ];

    /// Of what a function did.
    pub(crate) fn of(result: Result<(), Self>) -> Self {
        result.err().unwrap_or(Self::Ok)
    }
}

impl From<dim_model_format::Error> for Status {
    fn from(error: dim_model_format::Error) -> Self {
        use dim_model_format::Error;
        match error {
            Error::NotADimFile => Self::NotADimFile,
            Error::Truncated { .. } => Self::Truncated,
            Error::UnsupportedVersion { .. } => Self::UnsupportedVersion,
            Error::Checksum { .. } => Self::Damaged,
            _ => Self::Malformed,
        }
    }
}

impl From<dim_runtime::Error> for Status {
    fn from(error: dim_runtime::Error) -> Self {
        use dim_runtime::Error;
        match error {
            Error::ArenaTooSmall { .. } => Self::MemoryTooSmall,
            Error::LeftOut { .. } => Self::LeftOut,
            Error::ImageLength { .. } => Self::ImageLength,
            Error::NoProof => Self::NoProof,
            Error::Disproved { .. } => Self::Disproved,
            _ => Self::Changed,
        }
    }
}

impl From<PrototypesError> for Status {
    fn from(error: PrototypesError) -> Self {
        match error {
            PrototypesError::OtherEncoder { .. } => Self::OtherEncoder,
            PrototypesError::Units { .. } => Self::CodesLength,
            _ => Self::Malformed,
        }
    }
}

impl From<LearnError> for Status {
    fn from(error: LearnError) -> Self {
        match error {
            LearnError::Name => Self::Name,
            LearnError::Units => Self::CodesLength,
            _ => Self::Full,
        }
    }
}

impl From<NoveltyError> for Status {
    fn from(error: NoveltyError) -> Self {
        match error {
            NoveltyError::Size => Self::CodesLength,
            NoveltyError::TooFew => Self::TooFew,
            NoveltyError::Impossible => Self::Malformed,
            _ => Self::Full,
        }
    }
}

/// Name of a status, for logs.
///
/// @param status Any number.
/// @return Such as `"DIM_DAMAGED"`, or `"DIM_UNKNOWN"` of a number that is none; constant.
/// @par Context Any, interrupts too.
#[unsafe(no_mangle)]
pub extern "C" fn dim_status_name(status: i32) -> *const c_char {
    let name = Status::ALL.iter().find(|(of, _)| *of as i32 == status).map_or(c"DIM_UNKNOWN", |(_, name)| name);
    name.as_ptr()
}
