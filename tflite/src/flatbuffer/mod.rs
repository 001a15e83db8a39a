//! FlatBuffers: bytes in which tables refer to each other by offsets.
//!
//! A buffer starts with the offset of its root table and four letters that name the schema. A table
//! holds its scalars in place and an offset, from the field itself, to everything else; a vtable, to which the table
//! says the way back, says where each field is.

mod read;
mod write;

pub(crate) use read::{Damaged, Record, Records, root};
pub(crate) use write::{Table, Value, write};
