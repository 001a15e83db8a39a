//! AVX-512: 24 of 32 registers hold sums of two vectors of 16.

use super::tile::{Kernels, tiles};

pub(super) const KERNELS: Kernels = Kernels {
    name: "avx512",
    width: 32,
    tiles: tiles!(
        #[target_feature(enable = "avx512f")]
        16,
        [2, 1],
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    ),
};

/// # Safety
/// The processor has the instructions.
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")]
pub(super) unsafe fn run<R>(work: impl FnOnce() -> R) -> R {
    work()
}
