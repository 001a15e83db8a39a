//! Lending a device.

use std::net::SocketAddr;

use clap::Args;

/// `dim serve`
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// What to lend: cpu, flex, ndarray, cuda:N, wgpu:N or vulkan:N
    #[arg(long, default_value = "cpu")]
    pub(crate) device: String,
    /// Address of this machine, with a UDP port, that others reach it by as remote:ADDRESS
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4246")]
    pub(crate) listen: SocketAddr,
}
