//! What a positive pair is of.

use serde::{Deserialize, Serialize};

/// What embedding and local features of a positive pair come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Views {
    /// The same image, as it is: the paper.
    #[default]
    One,
    /// Two random views of the image, each predicting the other's local features (Bachman et al. 2019).
    Two,
}
