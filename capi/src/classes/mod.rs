//! Classes that are learned from embeddings.

mod head;
mod means;
mod neighbours;
mod row;

use core::ffi::c_char;

use head::{Head, Kept};
pub use neighbours::DIM_MOST_NEIGHBOURS;

use crate::border::{Memory, read, result};
use crate::model::{Model, units};
use crate::name::{DIM_NAME_BYTES, KEPT, give, take};
use crate::status::Status;
use crate::version::DIM_NONE;

/// A class that was learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub struct Class {
    /// Its name, UTF-8, ended by a zero.
    pub name: [c_char; DIM_NAME_BYTES + 1],
    /// How many examples it was learned from, or keeps.
    pub examples: u32,
}

/// The class that an embedding is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub struct Verdict {
    /// Name of the nearest class, UTF-8, ended by a zero.
    pub name: [c_char; DIM_NAME_BYTES + 1],
    /// Whether it is near enough, by the radius that the examples of the class give; else the image is unknown.
    pub is_known: bool,
    /// Place of the class, as dim_classes_class() counts.
    pub place: u16,
    /// Squared distance to it, in codes.
    pub distance: u32,
    /// Squared distance to the second nearest class; #DIM_NONE if there is none.
    pub second: u32,
}

impl Kept<'_> {
    fn learn(&mut self, name: &[u8; KEPT], embedding: &[i8]) -> Result<u32, Status> {
        match self {
            Self::Means(means) => means.learn(name, embedding),
            Self::Neighbours(neighbours) => neighbours.learn(name, embedding),
        }
    }

    fn class(&self, place: usize) -> Option<(&[u8; KEPT], u32)> {
        match self {
            Self::Means(means) => means.class(place),
            Self::Neighbours(neighbours) => neighbours.class(place),
        }
    }
}

/// Begins classes by the means of their examples, as `dim prototypes` makes them: memory does not grow with the examples. What the
/// memory held is overwritten.
///
/// @param memory   #DIM_MEANS_BYTES(units, classes) or more, aligned to 8. Its bytes are all there is of the classes: a program
///                 that keeps them copies them to its flash, and gives them to dim_classes_open() later, on a processor
///                 of the same byte order.
/// @param model    The encoder that the embeddings will be of.
/// @param classes  Most classes, 1 to 65535.
/// @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_OUT_OF_RANGE
/// @par Context Any that no other call with the same memory interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_classes_begin_means(memory: Memory, model: *const Model, classes: u16) -> Status {
    let begin = || {
        // SAFETY: by the contract of the header.
        let (model, words) = unsafe { (Model::load(model)?, memory.words()?) };
        Head::of_means(units(&model), classes, model.identity().0)?.begin(words)
    };
    Status::of(begin())
}

/// Begins classes by examples that are kept, the nearest of which vote. What the memory held is overwritten.
///
/// When all places are taken, a new example replaces one of the class with the most, which its codes draw.
///
/// @param memory      #DIM_NEIGHBOURS_BYTES(units, classes, examples) or more, aligned to 8; else as of
///                    dim_classes_begin_means().
/// @param model       The encoder that the embeddings will be of.
/// @param classes     Most classes, 1 to `examples`.
/// @param examples    Most examples of all classes together, up to 65535.
/// @param neighbours  How many vote, 1 to #DIM_MOST_NEIGHBOURS.
/// @return As of dim_classes_begin_means().
/// @par Context As of dim_classes_begin_means().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_classes_begin_neighbours(
    memory: Memory,
    model: *const Model,
    classes: u16,
    examples: u16,
    neighbours: u16,
) -> Status {
    let begin = || {
        // SAFETY: by the contract of the header.
        let (model, words) = unsafe { (Model::load(model)?, memory.words()?) };
        Head::of_neighbours(units(&model), [classes, examples, neighbours], model.identity().0)?.begin(words)
    };
    Status::of(begin())
}

/// Checks memory that was copied from elsewhere, such as a flash: whether classes of this encoder are in it, whole and possible.
/// What was begun by this program need not be checked.
///
/// @param memory  With classes, aligned to 8.
/// @param model   The encoder whose embeddings they will be compared with.
/// @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_OTHER_ENCODER, #DIM_MALFORMED
/// @par Context As of dim_classes_begin_means().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_classes_open(memory: Memory, model: *const Model) -> Status {
    let open = || {
        // SAFETY: by the contract of the header.
        let (model, words) = unsafe { (Model::load(model)?, memory.words()?) };
        let (head, kept) = Head::open(words)?;
        if !head.is_of(units(&model), model.identity().0) {
            return Err(Status::OtherEncoder);
        }
        let is_sound = match kept {
            Kept::Means(means) => means.is_sound(),
            Kept::Neighbours(neighbours) => neighbours.is_sound(),
        };
        if is_sound { Ok(()) } else { Err(Status::Malformed) }
    };
    Status::of(open())
}

/// Learns an example of a class.
///
/// @param memory     With classes.
/// @param name       Name of the class, 1 to #DIM_NAME_BYTES bytes of UTF-8, ended by a zero. A new one makes a class.
/// @param embedding  `[units]` codes, outside of the memory.
/// @param count      How many there are, #dim_sizes.units.
/// @param examples   How many its class has now; may be null.
/// @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_OVERLAP, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_NAME,
///         #DIM_CODES_LENGTH, #DIM_FULL
/// @par Context As of dim_classes_begin_means().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_classes_learn(
    memory: Memory,
    name: *const c_char,
    embedding: *const i8,
    count: usize,
    examples: *mut u32,
) -> Status {
    let learn = || {
        // SAFETY: by the contract of the header.
        let (name, embedding) = unsafe { (take(name)?, read(embedding, count)?) };
        memory.is_apart_from(embedding)?;
        let to = match examples.is_null() {
            true => None,
            // SAFETY: by the contract of the header.
            false => Some(unsafe { result(examples) }?),
        };
        // SAFETY: by the contract of the header.
        let (head, mut kept) = Head::open(unsafe { memory.words() }?)?;
        if head.units() != count {
            return Err(Status::CodesLength);
        }
        let examples = kept.learn(&name, embedding)?;
        to.map(|to| to.write(examples));
        Ok(())
    };
    Status::of(learn())
}

/// Forgets a class, or all.
///
/// @param memory  With classes.
/// @param name    Name of the class, ended by a zero; null for all.
/// @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_NAME, #DIM_NO_CLASS
/// @par Context As of dim_classes_begin_means().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_classes_forget(memory: Memory, name: *const c_char) -> Status {
    let forget = || {
        // SAFETY: by the contract of the header.
        let name = if name.is_null() { None } else { Some(unsafe { take(name) }?) };
        // SAFETY: by the contract of the header.
        let was_any = match Head::open(unsafe { memory.words() }?)?.1 {
            Kept::Means(mut means) => means.forget(name.as_ref()),
            Kept::Neighbours(mut neighbours) => neighbours.forget(name.as_ref()),
        };
        if was_any { Ok(()) } else { Err(Status::NoClass) }
    };
    Status::of(forget())
}

/// The class of an embedding.
///
/// @param memory     With classes.
/// @param embedding  `[units]` codes, outside of the memory.
/// @param count      How many there are, #dim_sizes.units.
/// @param verdict    Written if all is well.
/// @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_OVERLAP, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_CODES_LENGTH,
///         #DIM_NO_CLASS
/// @par Context As of dim_classes_begin_means().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_classes_classify(
    memory: Memory,
    embedding: *const i8,
    count: usize,
    verdict: *mut Verdict,
) -> Status {
    let classify = || {
        // SAFETY: by the contract of the header.
        let (embedding, to) = unsafe { (read(embedding, count)?, result(verdict)?) };
        memory.is_apart_from(embedding)?;
        // SAFETY: by the contract of the header.
        let (head, kept) = Head::open(unsafe { memory.words() }?)?;
        if head.units() != count {
            return Err(Status::CodesLength);
        }
        let judgement = match &kept {
            Kept::Means(means) => means.judge(embedding),
            Kept::Neighbours(neighbours) => neighbours.judge(embedding),
        };
        let judgement = judgement.ok_or(Status::NoClass)?;
        let (name, _) = kept.class(judgement.class).ok_or(Status::NoClass)?;
        to.write(Verdict {
            name: give(name),
            is_known: judgement.is_known,
            place: u16::try_from(judgement.class).map_err(|_| Status::NoClass)?,
            distance: judgement.distance,
            second: judgement.second.unwrap_or(DIM_NONE),
        });
        Ok(())
    };
    Status::of(classify())
}

/// The class in a place.
///
/// @param memory  With classes.
/// @param place   From 0 to one less than the most classes.
/// @param known   Written if all is well.
/// @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_NO_CLASS where the place is
///         vacant
/// @par Context As of dim_classes_begin_means().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dim_classes_class(memory: Memory, place: u16, known: *mut Class) -> Status {
    let look = || {
        // SAFETY: by the contract of the header.
        let (to, words) = unsafe { (result(known)?, memory.words()?) };
        let (_, kept) = Head::open(words)?;
        let (name, examples) = kept.class(place.into()).ok_or(Status::NoClass)?;
        to.write(Class { name: give(name), examples });
        Ok(())
    };
    Status::of(look())
}
