//! What a command computes on.

use clap::Args;

/// One device.
#[derive(Debug, Args)]
pub(crate) struct OnDevice {
    /// Where to compute: cpu, flex, ndarray, cuda:N, wgpu:N, vulkan:N or remote:HOST:PORT
    #[arg(long, default_value = "cpu")]
    pub(crate) device: String,
}

/// One device or several.
#[cfg(feature = "train")]
#[derive(Debug, Args)]
pub(crate) struct OnDevices {
    /// Where to compute: cpu, flex, ndarray, cuda:N, wgpu:N, vulkan:N or remote:HOST:PORT; several, separated by commas, share every batch equally
    #[arg(long, visible_alias = "devices", value_name = "DEVICE", value_delimiter = ',', default_value = "cpu")]
    pub(crate) device: Vec<String>,
}
