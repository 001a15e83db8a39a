//! Bytes to a device and back.

use std::time::Duration;

/// A line to a device, which may lose bytes.
pub trait Line {
    /// Sends all of these bytes.
    ///
    /// # Errors
    /// If the line is gone.
    fn send(&mut self, bytes: &[u8]) -> std::io::Result<()>;

    /// Takes what has arrived, and gives the number of bytes: 0 if there were none for about so long.
    ///
    /// # Errors
    /// If the line is gone.
    fn receive(&mut self, into: &mut [u8], longest: Duration) -> std::io::Result<usize>;
}

impl Line for Box<dyn Line> {
    fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.as_mut().send(bytes)
    }

    fn receive(&mut self, into: &mut [u8], longest: Duration) -> std::io::Result<usize> {
        self.as_mut().receive(into, longest)
    }
}
