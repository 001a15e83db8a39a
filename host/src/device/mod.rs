//! A device that answers the messages of dim-link, at the other end of a line: a board on a serial port, or whatever listens
//! on a TCP port.

mod client;
mod explain;
mod line;
mod novelty;
mod port;
mod session;
mod update;
mod usb;

pub use client::{Client, ClientError};
pub use line::Line;
pub use novelty::MemoryOnly;
pub use port::{Port, PortError};
pub use session::{AnyDevice, Device, Greeting, Judged, Learned, Told};
pub use update::Sent;
