//! A device that another machine lends.

use std::net::{SocketAddr, UdpSocket};

use anyhow::Context;
use burn::remote::{ConnectError, IrohHost, RemoteHost};
use burn::tensor::Device;
use iroh::SecretKey;

use super::endpoint::{bind, runtime};
use super::secret::Secret;

/// Opens the device that is lent at the UDP port of `address`.
///
/// # Errors
/// If there is no secret, nothing answers there, or what answers has another secret or another version of burn.
pub(crate) fn connect(address: SocketAddr) -> anyhow::Result<Device> {
    let secret = Secret::of_environment()?;
    let own = own_address(address).with_context(|| format!("no way to {address}"))?;
    let endpoint = runtime()?.block_on(bind(own, SecretKey::generate()))?;
    let lender = IrohHost::new(secret.identity(address).public()).with_address(address).with_endpoint(endpoint);
    let host = RemoteHost::iroh(lender).with_credential(&secret.credential(address));
    Device::remote_options(&host).init().map_err(|error| explain(error, address))
}

/// The address of this machine that `address` is reached from, with a port of the system's choice. Nothing is sent.
fn own_address(address: SocketAddr) -> std::io::Result<SocketAddr> {
    let any = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any)?;
    socket.connect(address)?;
    Ok(SocketAddr::new(socket.local_addr()?.ip(), 0))
}

fn explain(error: ConnectError, address: SocketAddr) -> anyhow::Error {
    match error {
        ConnectError::Unreachable { .. } | ConnectError::Unauthorized => anyhow::anyhow!(
            "nobody who has the secret answers there; is `dim serve --listen {address}` running with the same file in DIM_SECRET, and \
             does its firewall let UDP in?"
        ),
        _ => anyhow::anyhow!("{error}"),
    }
}
