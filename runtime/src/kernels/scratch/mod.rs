//! How inputs lie in scratch memory, which operators and the blocks of each processor agree on; so it stands below both.

pub(crate) mod depthwise3x3;
pub(crate) mod int4;
pub(crate) mod paired;
pub(crate) mod winograd;
