//! What a command computes on.

use std::slice::from_ref;

use dim_trainer::device::{self, Device};

/// Opens the devices that the user named, and does `work` on them.
///
/// # Errors
/// If there is no such device, those of `work`, and if a device that another machine lends is lost meanwhile.
pub(super) fn on<T>(names: &[String], work: impl FnOnce(&[Device]) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let devices = device::open_all(names)?;
    device::or_lost(&devices, "begin again once it is lent, or name another one", || work(&devices))
}

/// The same with a single device.
///
/// # Errors
/// As [`on`].
pub(super) fn on_one<T>(name: &String, work: impl FnOnce(&Device) -> anyhow::Result<T>) -> anyhow::Result<T> {
    on(from_ref(name), |devices| work(&devices[0]))
}
