//! What embeddings are made to look like.

use serde::{Deserialize, Serialize};

/// The prior V of equation 7 (Hjelm et al. 2019); the paper compares these four and takes the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Prior {
    /// Uniform on the cube `[0, 1]^units`.
    #[default]
    Uniform,
    /// Standard normal in every unit.
    Gaussian,
    /// Uniform in the ball of radius 1.
    Ball,
    /// Uniform on the sphere of radius 1.
    Sphere,
}

impl Prior {
    /// Name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Gaussian => "gaussian",
            Self::Ball => "ball",
            Self::Sphere => "sphere",
        }
    }
}
