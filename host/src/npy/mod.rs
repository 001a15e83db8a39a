//! Files of `numpy.save`, as far as arrays of plain numbers go.

mod element;
mod header;
mod literal;

pub(crate) use element::{Element, Kind};
pub(crate) use header::Header;
