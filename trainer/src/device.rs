//! Where to compute. The only file that names burn's backends.

use anyhow::bail;
use burn::tensor::Device;

/// Opens the device that the user named: `cpu` or `flex`, `ndarray`, `cuda:N`, `vulkan`.
///
/// # Errors
/// If there is no such device, or this program was built without it, naming the feature to build with.
pub fn open(name: &str) -> anyhow::Result<Device> {
    let (kind, index) = name.split_once(':').unwrap_or((name, "0"));
    let Ok(index) = index.parse::<usize>() else {
        bail!("--device {name}: {index:?} is not the number of a device; write for example cuda:0");
    };
    match kind {
        "cpu" | "flex" => Ok(Device::flex()),
        "ndarray" => ndarray(),
        "cuda" => cuda(index),
        "vulkan" => vulkan(index),
        _ => bail!("--device {name}: unknown; choose cpu, flex, ndarray, cuda:N or vulkan"),
    }
}

#[cfg(feature = "ndarray")]
#[expect(deprecated, reason = "kept because users asked for it; gone in burn 0.23")]
fn ndarray() -> anyhow::Result<Device> {
    Ok(Device::ndarray())
}

#[cfg(not(feature = "ndarray"))]
fn ndarray() -> anyhow::Result<Device> {
    missing("ndarray")
}

#[cfg(feature = "cuda")]
fn cuda(index: usize) -> anyhow::Result<Device> {
    Ok(Device::cuda(index))
}

#[cfg(not(feature = "cuda"))]
fn cuda(_: usize) -> anyhow::Result<Device> {
    missing("cuda")
}

#[cfg(feature = "vulkan")]
fn vulkan(index: usize) -> anyhow::Result<Device> {
    Ok(Device::vulkan(burn::tensor::DeviceKind::DiscreteGpu(index)))
}

#[cfg(not(feature = "vulkan"))]
fn vulkan(_: usize) -> anyhow::Result<Device> {
    missing("vulkan")
}

#[cfg(not(all(feature = "ndarray", feature = "cuda", feature = "vulkan")))]
fn missing(feature: &str) -> anyhow::Result<Device> {
    bail!("this program was built without {feature}; build it with `cargo build --release --features {feature}`")
}
