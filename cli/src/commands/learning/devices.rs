//! What a command computes on.

use dim_trainer::device::{self, Device};

/// Opens the devices that the user named, and does `work` on them.
///
/// # Errors
/// If there is no such device, those of `work`, and if a device that another machine lends is lost meanwhile.
pub(super) fn on<T>(names: &[String], work: impl FnOnce(&[Device]) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let devices = device::open_all(names)?;
    device::or_lost(&devices, "begin again once it is lent, or name another one", || work(&devices))
}
