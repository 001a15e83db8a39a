//! What this reader was built with: without a feature, what is asked here costs no code.

/// Weights of four bits.
pub(crate) const INT4: bool = cfg!(feature = "int4");
/// Means over rows and columns.
pub(crate) const MEAN: bool = cfg!(feature = "mean");
