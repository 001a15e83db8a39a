//! Files of `numpy.save`, as far as arrays of plain numbers go.

mod element;
mod header;
mod literal;
mod number;

pub(crate) use element::{Element, Kind};
pub(crate) use header::Header;
pub(crate) use number::{is_readable, number};
