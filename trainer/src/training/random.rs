//! The random numbers of a run, which follow from its seed.

use rand::SeedableRng;
use rand::rngs::StdRng;

/// Purpose of what a run draws before its first step, which has number 1.
pub(super) const BEFORE_THE_STEPS: u64 = 0;

/// Purpose of what finds clusters; epochs count down from the largest number, and steps up from the lowest.
pub(super) const OF_CLUSTERS: u64 = 1 << 63;

/// Independent random numbers for each purpose of a run.
pub(super) fn generator(seed: u64, purpose: u64) -> StdRng {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&purpose.to_le_bytes());
    StdRng::from_seed(bytes)
}
