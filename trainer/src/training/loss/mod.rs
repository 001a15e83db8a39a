//! From what a step sees to what it minimizes.

mod adversary;
mod classification;
mod clusters;
mod forward;
mod information;
mod monitors;
mod reconstruction;
mod sum;
mod total;

pub(super) use clusters::Belonging;
pub(super) use forward::Forward;
