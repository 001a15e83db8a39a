//! An end of a connection, bound to one address of this machine.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

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

/// The other end is given up when it was silent for so long; Iroh asks for a sign of life every 5 s.
const SILENCE: Duration = Duration::from_secs(15);

/// Binds `address` and nothing else: no relay, no directory, no port of a router.
pub(super) async fn bind(address: SocketAddr, key: SecretKey) -> anyhow::Result<Endpoint> {
    // As burn has it for its own endpoints: Iroh sends damaged batches otherwise (its issue 4555).
    let quic =
        QuicTransportConfig::builder().enable_segmentation_offload(false).max_idle_timeout(Some(SILENCE.try_into()?));
    let builder = Endpoint::builder(presets::Minimal)
        .relay_mode(RelayMode::Disabled)
        .portmapper_config(PortmapperConfig::Disabled)
        .transport_config(quic.build())
        .secret_key(key)
        .clear_ip_transports()
        .bind_addr(address)?;
    Ok(builder.bind().await?)
}
