//! What becomes of a run whose device is lost, as one that another machine lends may be.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind, set_hook, take_hook};

use burn::tensor::Device;

use crate::device::is_lent;

/// Does `work`. Where it fails, and one of `devices` that other machines lend does not answer any more, that is the error. burn
/// panics where a tensor cannot be fetched, which is caught here; no other panic is.
///
/// # Errors
/// Those of `work`, and if a device is lost, naming it by its place in the list.
pub(super) fn or_lost<T>(devices: &[Device], work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    if !devices.iter().any(is_lent) {
        return work();
    }
    let hook = take_hook();
    // One line of error in the place of burn's report of each thread; a panic of another kind is reported below.
    set_hook(Box::new(|_| {}));
    let outcome = catch_unwind(AssertUnwindSafe(work));
    let lost = match &outcome {
        Ok(Ok(_)) => None,
        _ => devices.iter().position(|device| is_lent(device) && !answers(device)),
    };
    set_hook(hook);
    match (outcome, lost) {
        (_, Some(index)) => Err(anyhow::anyhow!(
            "device {} of --devices is lost: the machine that lends it, or the way to it; the checkpoint of the last whole epoch, if \
             any, is kept; `dim train --resume` goes on with it on as many devices, or on one that computes all shards",
            index + 1
        )),
        (Ok(outcome), None) => outcome,
        (Err(panic), None) => {
            let message = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
            eprintln!("panicked: {}", message.unwrap_or("without a message"));
            resume_unwind(panic)
        }
    }
}

fn answers(device: &Device) -> bool {
    matches!(catch_unwind(AssertUnwindSafe(|| device.clone().inner().sync())), Ok(Ok(())))
}
