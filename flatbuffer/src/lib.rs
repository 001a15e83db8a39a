//! FlatBuffers without generated code: bytes in which tables refer to each other by offsets.
//!
//! A buffer starts with the offset of its root table and four letters that name the schema. A table
//! holds its scalars in place and an offset, from the field itself, to everything else; a vtable, to which the table
//! says the way back, says where each field is.

#![forbid(unsafe_code)]

mod read;
mod write;

pub use read::{Damaged, Record, Records, root};
pub use write::{Table, Value, write};

// Its example is compiled and run as the others are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
