//! Any processor. Where it has no fused multiply-add, a library computes it: the same bits, slowly.

use super::tile::{Kernels, tiles};

pub(super) const KERNELS: Kernels = Kernels {
    name: "portable",
    width: 16,
    tiles: tiles!(
        #[inline(never)]
        8,
        [2, 1],
        [1, 2, 3, 4]
    ),
};
