//! What this reader was built with: without a feature, its operators cost no code.

use serde::{Deserialize, Serialize};

/// Weights of four bits.
pub(crate) const INT4: bool = cfg!(feature = "int4");
/// The check of a critic's taps.
pub(crate) const CRITIC: bool = cfg!(feature = "critic");
/// Any operator that older versions do not have and that a reader may be built without.
pub(crate) const LATER: bool =
    INT4 || cfg!(any(feature = "mean", feature = "lookup", feature = "concatenation", feature = "mul"));

/// Has no value. An operator of a feature that is off has a field of this type, so that the compiler knows that there is
/// none, and leaves out whatever is done for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(dead_code, unreachable_pub, reason = "the type of private fields, of which there is none with all features")]
#[doc(hidden)]
pub enum Absent {}
