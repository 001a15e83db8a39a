//! How Adam's step size changes over a run.

use serde::{Deserialize, Serialize};

/// What becomes of the step size after the warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Schedule {
    /// It stays: the paper.
    #[default]
    Constant,
    /// Half a cosine, from the whole step size to 0 at the end of the last epoch (Loshchilov and Hutter 2017).
    Cosine,
    /// A tenth of it after three fifths of the steps, a hundredth after four fifths.
    Steps,
}
