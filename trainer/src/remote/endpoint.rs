//! An end of a connection, bound to one address of this machine.

use std::net::SocketAddr;
use std::sync::OnceLock;

use anyhow::Context;
use iroh::endpoint::{PortmapperConfig, QuicTransportConfig, presets};
use iroh::{Endpoint, RelayMode, SecretKey};
use tokio::runtime::{Builder, Runtime};

/// Where all endpoints live, for as long as the process does.
pub(super) fn runtime() -> anyhow::Result<&'static Runtime> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().context("starting the network")?;
    Ok(RUNTIME.get_or_init(|| runtime))
}

/// Binds `address` and nothing else: no relay, no directory, no port of a router. Keeps alive every 5 s, and gives up an end that
/// was silent for 15 s, as Iroh does.
pub(super) async fn bind(address: SocketAddr, key: SecretKey) -> anyhow::Result<Endpoint> {
    // As burn has it for its own endpoints: Iroh sends damaged batches otherwise (its issue 4555).
    let quic = QuicTransportConfig::builder().enable_segmentation_offload(false).build();
    let builder = Endpoint::builder(presets::Minimal)
        .relay_mode(RelayMode::Disabled)
        .portmapper_config(PortmapperConfig::Disabled)
        .transport_config(quic)
        .secret_key(key)
        .clear_ip_transports()
        .bind_addr(address)?;
    Ok(builder.bind().await?)
}
