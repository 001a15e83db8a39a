//! From what a step sees to what it minimizes.

mod adversary;
mod belonging;
mod classification;
mod clusters;
mod forward;
mod information;
mod monitors;
mod reconstruction;
mod sum;
mod total;

pub(super) use belonging::Belonging;
pub(super) use forward::Forward;
