//! Boards by what they say of themselves on USB, as Linux lists serial ports.

use std::fs;
use std::path::{Path, PathBuf};

/// Serial ports that the system has.
const PORTS: &str = "/sys/class/tty";
/// Vendor and product, pid.codes' numbers for tests, and the product's name: `firmware-example/boards/pico/src/serial_port.rs`
/// has the same.
const IDENTITY: [(&str, &str); 3] = [("idVendor", "1209"), ("idProduct", "0001"), ("product", "dim encoder")];

/// The serial ports of all boards that are plugged in, by name.
pub(super) fn boards() -> Vec<PathBuf> {
    listed(Path::new(PORTS))
}

fn listed(ports: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(ports).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .filter(|entry| is_board(&entry.path()))
        .map(|entry| Path::new("/dev").join(entry.file_name()))
        .collect();
    found.sort();
    found
}

/// `device` of a serial port over USB leads to an interface, which lies in the device's folder.
fn is_board(port: &Path) -> bool {
    let Ok(interface) = fs::canonicalize(port.join("device")) else { return false };
    let Some(device) = interface.parent() else { return false };
    IDENTITY
        .iter()
        .all(|(file, expected)| fs::read_to_string(device.join(file)).is_ok_and(|found| found.trim_end() == *expected))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn boards_are_told_from_other_ports() {
        let folder = tempfile::tempdir().unwrap();
        let (ports, devices) = (folder.path().join("tty"), folder.path().join("devices"));
        for (port, ids) in [
            ("ttyACM1", ["1209", "0001", "dim encoder"]),
            ("ttyACM0", ["1209", "0001", "dim encoder"]),
            ("ttyACM2", ["1209", "0001", "another firmware"]),
            ("ttyUSB0", ["0403", "6001", "dim encoder"]),
        ] {
            let interface = devices.join(port).join("1-1:1.0");
            fs::create_dir_all(&interface).unwrap();
            for ((file, _), value) in IDENTITY.iter().zip(ids) {
                fs::write(devices.join(port).join(file), format!("{value}\n")).unwrap();
            }
            fs::create_dir_all(ports.join(port)).unwrap();
            std::os::unix::fs::symlink(&interface, ports.join(port).join("device")).unwrap();
        }
        fs::create_dir_all(ports.join("tty0")).unwrap();
        assert_eq!(listed(&ports), ["/dev/ttyACM0", "/dev/ttyACM1"].map(PathBuf::from));
        assert_eq!(listed(&folder.path().join("nowhere")), Vec::<PathBuf>::new());
    }

    #[cfg(feature = "firmware")]
    #[test]
    fn the_firmware_says_the_same() {
        let source = include_str!("../../../firmware-example/boards/pico/src/serial_port.rs");
        for constant in ["VENDOR: u16 = 0x1209;", "PRODUCT: u16 = 0x0001;", "Some(\"dim encoder\");"] {
            assert!(source.contains(constant), "{constant}");
        }
    }
}
