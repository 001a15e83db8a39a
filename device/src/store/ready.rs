//! Runs a future of sequential-storage over a flash that never lets anyone wait.

use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};

/// Polls until it is done: at the first time, since a blocking flash is always ready.
pub(super) fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
