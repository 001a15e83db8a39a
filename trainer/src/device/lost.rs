//! What becomes of work whose device is lost, as one that another machine lends may be.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind, set_hook, take_hook};

use burn::tensor::Device;

use super::is_lent;

/// A device does not answer any more.
#[derive(Debug, thiserror::Error)]
#[error("{device} is lost: the machine that lends it, or the way to it; {remedy}")]
pub struct Lost {
    /// By its place on the command line.
    device: String,
    remedy: &'static str,
}

/// Does `work`. Where it fails, and one of `devices` that other machines lend does not answer any more, that is the error, with what
/// can be done then. burn panics where a tensor cannot be fetched, which is caught here; no other panic is.
///
/// # Errors
/// Those of `work`, and [`Lost`], which stays as it is where `work` itself says so.
pub fn or_lost<T>(
    devices: &[Device],
    remedy: &'static str,
    work: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    if !devices.iter().any(is_lent) {
        return work();
    }
    let hook = take_hook();
    // One line of error in the place of burn's report of each thread; a panic of another kind is reported below.
    set_hook(Box::new(|_| {}));
    let outcome = catch_unwind(AssertUnwindSafe(work));
    let lost = match &outcome {
        Ok(Ok(_)) => None,
        Ok(Err(error)) if error.is::<Lost>() => None,
        _ => devices.iter().position(|device| is_lent(device) && !answers(device)),
    };
    set_hook(hook);
    match (outcome, lost) {
        (_, Some(index)) => {
            let device = match devices.len() {
                1 => "--device".to_owned(),
                _ => format!("device {} of --devices", index + 1),
            };
            Err(Lost { device, remedy }.into())
        }
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
