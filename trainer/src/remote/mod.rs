//! Devices of other machines: one lends, another one computes on it. `docs/REMOTE.md` says how it is used and how far it goes.
//!
//! burn's remote backend sends operators and tensors over QUIC (Iroh), which authenticates and encrypts. Around it, this room
//! sees to it that nobody comes in by accident: an endpoint is bound to one address, uses no relay, publishes nothing and asks no
//! router for a port, which burn's own endpoints would; and both ends make their keys of one secret.

mod connect;
mod endpoint;
mod lend;
mod secret;

pub(crate) use connect::connect;
pub(crate) use lend::lend;
