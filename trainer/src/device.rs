//! Where to compute. The only file that names burn's backends, but for `fused`, which is for one of them.

mod lost;

use std::net::SocketAddr;
#[cfg(feature = "remote")]
use std::net::ToSocketAddrs;

#[cfg(feature = "remote")]
use anyhow::Context;
use anyhow::bail;
pub use burn::tensor::Device;
pub use lost::{Lost, or_lost};

/// Opens the device that the user named: `cpu` or `flex`, `ndarray`, `cuda:N`, `wgpu:N`, `vulkan:N`, `remote:HOST:PORT`.
///
/// Devices of a kind are numbered from 0, which is also meant where no number is given; those of wgpu and Vulkan with
/// discrete GPUs first, then integrated ones, virtual ones, and software that computes on the CPU.
///
/// # Errors
/// If there is no such device, or this program was built without it, naming the feature to build with.
pub fn open(name: &str) -> anyhow::Result<Device> {
    let (kind, index) = name.split_once(':').unwrap_or((name, "0"));
    if kind == "remote" {
        return remote(index);
    }
    let Ok(index) = index.parse::<usize>() else {
        bail!("--device {name}: {index:?} is not the number of a device; write for example cuda:0");
    };
    match kind {
        "cpu" | "flex" => Ok(Device::flex()),
        "ndarray" => ndarray(),
        "cuda" => cuda(index),
        "vulkan" => vulkan(index),
        "wgpu" => wgpu(index),
        _ => bail!("--device {name}: unknown; choose cpu, flex, ndarray, cuda:N, wgpu:N, vulkan:N or remote:HOST:PORT"),
    }
}

/// Opens all of them, in order.
///
/// # Errors
/// As [`open`].
pub fn open_all(names: &[String]) -> anyhow::Result<Vec<Device>> {
    names.iter().map(|name| open(name)).collect()
}

/// Lends the device that the user named to other machines, at a UDP port of this one, while `meanwhile` runs.
///
/// # Errors
/// As [`open`]; if there is no secret, the address is not one of this machine's or is taken, or `meanwhile` fails.
#[cfg(feature = "remote")]
pub fn lend(name: &str, address: SocketAddr, meanwhile: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    crate::remote::lend(open(name)?, address, meanwhile)
}

/// What a program says that was built without `remote`.
///
/// # Errors
/// Always, naming the feature to build with.
#[cfg(not(feature = "remote"))]
pub fn lend(_: &str, _: SocketAddr, _: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    missing("remote").map(drop)
}

/// Whether another machine lends it.
#[cfg(feature = "remote")]
pub(crate) fn is_lent(device: &Device) -> bool {
    matches!(device.clone().inner().as_dispatch(), burn::backend::DispatchDevice::Remote(_))
}

/// Whether another machine lends it; none does to a program that was built without `remote`.
#[cfg(not(feature = "remote"))]
pub(crate) fn is_lent(_: &Device) -> bool {
    false
}

/// Whether it is this machine's processor.
pub(crate) fn is_cpu(device: &Device) -> bool {
    let device = device.clone().inner();
    #[cfg(feature = "ndarray")]
    if ndarray().is_ok_and(|ndarray| device == ndarray) {
        return true;
    }
    device == Device::flex()
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
    remember_kernels();
    numbered("cuda", index, burn::tensor::DeviceType::Cuda, "install NVIDIA's driver; `nvidia-smi` must list the GPU")
}

/// burn looks for kernels that can be one in this many parts of a step at a time. With its default of five, parts whose
/// order is another in the next step are no longer found again, and run operator by operator: a step of `conv32` is then 238
/// launches in the place of 210 (`docs/CUDA.md`).
#[cfg(any(feature = "cuda", feature = "wgpu", feature = "vulkan"))]
fn fuse_along_the_step() {
    use burn::BurnConfig;
    use burn::cubecl::config::RuntimeConfig;

    let config = BurnConfig::from_current_dir().override_from_env();
    if config.fusion().beam_search.max_blocks != BurnConfig::default().fusion().beam_search.max_blocks {
        return;
    }
    // Its fields are private, but it is what a file says.
    let mut file = toml::Table::try_from(&config).expect("burn reads it from a file");
    file["fusion"]["beam_search"]["max_blocks"] = 1.into();
    let _ = BurnConfig::try_set(file.try_into().expect("a number in the place of another"));
}

/// Compiled kernels are kept, beside which of them is fastest for a shape, in the user's cache or, inside of a Cargo project,
/// in its `target/environment`: the first run on a machine compiles for minutes, the next one begins at once.
#[cfg(feature = "cuda")]
fn remember_kernels() {
    use burn::cubecl::config::{CubeClRuntimeConfig, RuntimeConfig};

    let mut config = CubeClRuntimeConfig::from_current_dir().override_from_env();
    config.compilation.cache = true;
    // Where it was read before, a device is open, and this was done.
    let _ = CubeClRuntimeConfig::try_set(config);
}

#[cfg(not(feature = "cuda"))]
fn cuda(_: usize) -> anyhow::Result<Device> {
    missing("cuda")
}

#[cfg(feature = "remote")]
fn remote(host: &str) -> anyhow::Result<Device> {
    let named = || format!("--device remote:{host}");
    if cfg!(any(feature = "cuda", feature = "vulkan", feature = "wgpu")) {
        bail!(
            "{}: a program with cuda, vulkan or wgpu lends devices but computes on none, since burn sends fused operators wrongly; \
             build one with `cargo build --release --features remote` for it (docs/REMOTE.md)",
            named()
        );
    }
    let mut addresses = host
        .to_socket_addrs()
        .with_context(|| format!("{}: names no host and port; write for example remote:10.0.0.2:4246", named()))?;
    let address = addresses.next().with_context(|| format!("{}: has no address", named()))?;
    crate::remote::connect(address).with_context(named)
}

#[cfg(not(feature = "remote"))]
fn remote(_: &str) -> anyhow::Result<Device> {
    missing("remote")
}

#[cfg(feature = "vulkan")]
fn vulkan(index: usize) -> anyhow::Result<Device> {
    numbered(
        "vulkan",
        index,
        burn::tensor::DeviceType::Vulkan,
        "install the GPU's Vulkan driver; `vulkaninfo --summary` must list it",
    )
}

#[cfg(not(feature = "vulkan"))]
fn vulkan(_: usize) -> anyhow::Result<Device> {
    missing("vulkan")
}

#[cfg(feature = "wgpu")]
fn wgpu(index: usize) -> anyhow::Result<Device> {
    numbered("wgpu", index, burn::tensor::DeviceType::Wgpu, "install the GPU's driver for Vulkan, Metal or DirectX 12")
}

#[cfg(not(feature = "wgpu"))]
fn wgpu(_: usize) -> anyhow::Result<Device> {
    missing("wgpu")
}

/// The device of a kind with a number; burn itself panics at its first tensor where there is none.
#[cfg(any(feature = "cuda", feature = "vulkan", feature = "wgpu"))]
fn numbered(name: &str, index: usize, kind: burn::tensor::DeviceType, remedy: &str) -> anyhow::Result<Device> {
    fuse_along_the_step();
    let found = Device::enumerate(kind);
    match (found.get(index), found.len()) {
        (Some(device), _) => Ok(device.clone()),
        (None, 0) => bail!("--device {name}:{index}: this machine has no such device; {remedy}"),
        (None, count) => bail!("--device {name}:{index}: this machine has {name}:0 to {name}:{} only", count - 1),
    }
}

#[cfg(not(all(feature = "ndarray", feature = "cuda", feature = "remote", feature = "vulkan", feature = "wgpu")))]
fn missing(feature: &str) -> anyhow::Result<Device> {
    bail!("this program was built without {feature}; build it with `cargo build --release --features {feature}`")
}
