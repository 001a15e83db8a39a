//! How a device is reached.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, anyhow};

use super::line::Line;
use super::usb::boards;

/// Where a device is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Port {
    /// `tcp:HOST:PORT`: an emulator, or a board behind another program.
    Tcp(String),
    /// `serial:PATH`: a UART or USB.
    Serial(PathBuf),
    /// `usb`: the board that is plugged in, found by what it says of itself. On Linux only.
    Usb,
}

/// What was typed is no port.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no port of a device; name usb, serial:PATH, as serial:/dev/ttyACM0, or tcp:HOST:PORT")]
pub struct PortError(String);

impl FromStr for Port {
    type Err = PortError;

    fn from_str(typed: &str) -> Result<Self, PortError> {
        let port = match typed.split_once(':') {
            Some(("tcp", address)) if address.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) => {
                Some(Self::Tcp(address.to_owned()))
            }
            Some(("serial", path)) if !path.is_empty() => Some(Self::Serial(path.into())),
            None if typed == "usb" => Some(Self::Usb),
            _ => None,
        };
        port.ok_or_else(|| PortError(typed.to_owned()))
    }
}

impl std::fmt::Display for Port {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "tcp:{address}"),
            Self::Serial(path) => write!(f, "serial:{}", path.display()),
            Self::Usb => write!(f, "usb"),
        }
    }
}

/// Longest time until a connection is there.
const CONNECT: Duration = Duration::from_secs(5);

impl Port {
    /// Opens the line; `baud` is the speed of a UART in bits a second.
    ///
    /// # Errors
    /// If nobody listens, or there is no such device; of `usb`, if no board is plugged in, or more than one.
    pub fn open(&self, baud: u32) -> anyhow::Result<Box<dyn Line>> {
        match self {
            Self::Tcp(address) => {
                let found = address.to_socket_addrs().with_context(|| format!("{self}: no such host"))?.next();
                let found = found.with_context(|| format!("{self}: no such host"))?;
                let stream = TcpStream::connect_timeout(&found, CONNECT)
                    .with_context(|| format!("{self}: nobody answers; start the emulator or the board first"))?;
                stream.set_nodelay(true)?;
                Ok(Box::new(Tcp(stream)))
            }
            Self::Serial(path) => Ok(Box::new(open_serial(path, baud).with_context(|| self.to_string())?)),
            Self::Usb => Self::Serial(only(boards())?).open(baud),
        }
    }
}

/// The port of the only board.
fn only(boards: Vec<PathBuf>) -> anyhow::Result<PathBuf> {
    let [board] = <[PathBuf; 1]>::try_from(boards).map_err(|boards| match boards.as_slice() {
        [] => anyhow!("no board with a firmware of dim is plugged in; name serial:PATH, or flash one with `dim flash`"),
        several => {
            let names: Vec<String> = several.iter().map(|path| format!("serial:{}", path.display())).collect();
            anyhow!("{} boards are plugged in; name one of {}", several.len(), names.join(", "))
        }
    })?;
    Ok(board)
}

/// A connection.
struct Tcp(TcpStream);

impl Line for Tcp {
    fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.write_all(bytes)
    }

    fn receive(&mut self, into: &mut [u8], longest: Duration) -> std::io::Result<usize> {
        // Zero would mean for ever.
        self.0.set_read_timeout(Some(longest.max(Duration::from_millis(1))))?;
        match self.0.read(into) {
            Ok(0) => Err(std::io::ErrorKind::ConnectionReset.into()),
            Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
                Ok(0)
            }
            other => other,
        }
    }
}

/// A serial device, which gives what has arrived after a tenth of a second at most.
#[cfg(unix)]
struct Serial(std::fs::File);

#[cfg(unix)]
fn open_serial(path: &std::path::Path, baud: u32) -> anyhow::Result<Serial> {
    use std::os::unix::fs::OpenOptionsExt;

    use rustix::fs::OFlags;
    use rustix::termios::{OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};

    // A modem line that is not connected must not keep it from being opened.
    let flags = (OFlags::NOCTTY | OFlags::NONBLOCK).bits();
    let file = std::fs::OpenOptions::new().read(true).write(true).custom_flags(flags as i32).open(path)?;
    let mut settings = tcgetattr(&file).context("it is no serial device")?;
    settings.make_raw();
    settings.set_speed(baud).with_context(|| format!("no UART has {baud} bits a second"))?;
    settings.special_codes[SpecialCodeIndex::VMIN] = 0;
    settings.special_codes[SpecialCodeIndex::VTIME] = 1;
    tcsetattr(&file, OptionalActions::Flush, &settings)?;
    let flags = rustix::fs::fcntl_getfl(&file)?;
    rustix::fs::fcntl_setfl(&file, flags - OFlags::NONBLOCK)?;
    Ok(Serial(file))
}

#[cfg(unix)]
impl Line for Serial {
    fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.write_all(bytes)
    }

    fn receive(&mut self, into: &mut [u8], _: Duration) -> std::io::Result<usize> {
        self.0.read(into)
    }
}

#[cfg(not(unix))]
fn open_serial(_: &std::path::Path, _: u32) -> anyhow::Result<Tcp> {
    anyhow::bail!("serial ports are opened on Unix only; put a program between that listens on TCP")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read_and_others_refused() {
        assert_eq!("tcp:localhost:7000".parse(), Ok(Port::Tcp("localhost:7000".into())));
        assert_eq!("tcp:[::1]:7000".parse(), Ok(Port::Tcp("[::1]:7000".into())));
        assert_eq!("serial:/dev/ttyACM0".parse(), Ok(Port::Serial("/dev/ttyACM0".into())));
        assert_eq!("usb".parse(), Ok(Port::Usb));
        for typed in ["", "tcp:", "tcp:localhost", "tcp:localhost:99999", "serial:", "usb:1", "/dev/ttyACM0"] {
            assert_eq!(typed.parse::<Port>(), Err(PortError(typed.to_owned())));
        }
    }

    #[test]
    fn one_board_is_taken_and_several_are_named() {
        let board = |name: &str| PathBuf::from(format!("/dev/{name}"));
        assert_eq!(only(vec![board("ttyACM0")]).unwrap(), board("ttyACM0"));
        assert!(only(Vec::new()).unwrap_err().to_string().contains("no board"));
        let error = only(vec![board("ttyACM0"), board("ttyACM1")]).unwrap_err();
        assert_eq!(error.to_string(), "2 boards are plugged in; name one of serial:/dev/ttyACM0, serial:/dev/ttyACM1");
    }
}
