//! AVX2 with FMA: 12 of 16 registers hold sums of two vectors of 8.

use super::tile::{Kernels, tiles};

pub(super) const KERNELS: Kernels = Kernels {
    name: "avx2",
    width: 16,
    tiles: tiles!(
        #[target_feature(enable = "avx2,fma")]
        8,
        [2, 1],
        [1, 2, 3, 4, 5, 6]
    ),
};

/// # Safety
/// The processor has the instructions.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn run<R>(work: impl FnOnce() -> R) -> R {
    work()
}
