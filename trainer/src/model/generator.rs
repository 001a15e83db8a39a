//! Repeatable random numbers from burn, which draws from one generator per process.

use std::sync::{Mutex, MutexGuard, PoisonError};

use burn::tensor::Device;

static GENERATOR: Mutex<()> = Mutex::new(());

/// Seeds the generator, and keeps everybody else from it who asks in this way while the result lives.
///
/// Whoever draws weights or random tensors asks, tests too: one that does not would take numbers out of another's.
pub(crate) fn seed_alone(device: &Device, seed: u64) -> MutexGuard<'static, ()> {
    let alone = GENERATOR.lock().unwrap_or_else(PoisonError::into_inner);
    device.seed(seed);
    alone
}
