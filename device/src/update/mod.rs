//! Encoders in two slots: one is received beside the one that runs, checked, proven at the next start and committed, or the
//! old one runs on.

mod boot;
mod check;
mod receiving;
mod start;

pub use check::{Limits, Trust};
pub use receiving::{Receiving, Source, UpdateError};
pub use start::{Start, Started};

pub(crate) use boot::Boot;
