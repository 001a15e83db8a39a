//! NEON, which every aarch64 processor has: 24 of 32 registers hold sums of four vectors of 4.

use super::tile::{Kernels, tiles};

pub(super) const KERNELS: Kernels = Kernels {
    name: "neon",
    width: 16,
    tiles: tiles!(
        #[target_feature(enable = "neon")]
        4,
        [4, 2],
        [1, 2, 3, 4, 5, 6]
    ),
};
