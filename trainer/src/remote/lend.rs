//! A device of this machine for others.

use std::net::SocketAddr;

use anyhow::{Context, ensure};
use burn::server::{BURN_REMOTE_ALPN, RemoteServer, TokenAuthorizer};
use burn::tensor::Device;
use iroh::protocol::Router;

use super::endpoint::{bind, runtime};
use super::secret::Secret;

/// Lends `device` at the UDP port of `address`, to whoever has the secret that `DIM_SECRET` names, while `meanwhile` runs.
///
/// # Errors
/// If there is no secret, the address is not one of this machine's or is taken, the device is itself lent by another machine, or
/// `meanwhile` fails.
pub(crate) fn lend(
    device: Device,
    address: SocketAddr,
    meanwhile: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    ensure!(
        !address.ip().is_unspecified() && address.port() != 0,
        "--listen {address}: names no single address; write one of this machine's with a port, as others are to reach it by"
    );
    let secret = Secret::of_environment()?;
    let runtime = runtime()?;
    let router = runtime.block_on(async {
        let endpoint = bind(address, secret.identity(address)).await.with_context(|| format!("--listen {address}"))?;
        let authorizer = TokenAuthorizer::new(&secret.credential(address))?;
        let protocol = RemoteServer::new([device]).with_authorizer(authorizer).into_protocol(&endpoint)?;
        anyhow::Ok(Router::builder(endpoint).accept(BURN_REMOTE_ALPN, protocol).spawn())
    })?;
    let outcome = meanwhile();
    // Tells those who compute here that it is over. It fails only where a session panicked, whose user knows already.
    let _ = runtime.block_on(router.shutdown());
    outcome
}
