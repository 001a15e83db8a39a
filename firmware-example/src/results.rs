//! What the device computed, byte for byte, for a host that does not trust the device's own verdict.
//!
//! Written through semihosting into the file that the host names on the command line of the firmware
//! (`-semihosting-config arg=firmware,arg=FILE`); without a name nothing is written. Integers are little-endian:
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 8 | `DIMRESLT` |
//! | 8 | 2 | version, 1 |
//! | 10 | 2 | zero |
//! | 12 | 4 | E, bytes of an embedding |
//! | 16 | 4 | F, bytes of a feature map |
//! | 20 | any * (8 + E + F) | of each case that ran: the instructions, the embedding, the feature map |

use semihosting::fs::File;
use semihosting::io::Write;

const MAGIC: [u8; 8] = *b"DIMRESLT";
const VERSION: u16 = 1;

/// The host did not take the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, defmt::Format)]
pub struct NotWritten;

/// The open file, if the host wants one.
#[derive(Debug)]
pub struct Results(Option<File>);

impl Results {
    /// Opens the file that the host asked for and starts it.
    ///
    /// # Errors
    /// [`NotWritten`], if the host does not let the file be made.
    pub fn open(output_bytes: [usize; 2]) -> Result<Self, NotWritten> {
        let mut results = Self(requested_file()?);
        results.write(&MAGIC)?;
        results.write(&VERSION.to_le_bytes())?;
        results.write(&[0; 2])?;
        for bytes in output_bytes {
            results.write(&(bytes as u32).to_le_bytes())?;
        }
        Ok(results)
    }

    /// Appends one case.
    ///
    /// # Errors
    /// [`NotWritten`], if the host's disk is full.
    pub fn append(&mut self, instructions: u64, embedding: &[u8], feature_map: &[u8]) -> Result<(), NotWritten> {
        self.write(&instructions.to_le_bytes())?;
        self.write(embedding)?;
        self.write(feature_map)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), NotWritten> {
        self.0.as_mut().map_or(Ok(()), |file| file.write_all(bytes).map_err(|_| NotWritten))
    }
}

/// A board has no command line; QEMU's has the firmware first, then the file.
#[cfg(feature = "qemu")]
fn requested_file() -> Result<Option<File>, NotWritten> {
    /// Longest command line, its end included.
    const COMMAND_LINE_BYTES: usize = 512;
    let arguments = semihosting::experimental::env::args::<COMMAND_LINE_BYTES>().map_err(|_| NotWritten)?;
    let Some(Ok(name)) = (&arguments).into_iter().nth(1) else { return Ok(None) };
    let mut path = heapless::CString::<COMMAND_LINE_BYTES>::new();
    path.extend_from_bytes(name.as_bytes()).map_err(|_| NotWritten)?;
    File::create(path.as_c_str()).map(Some).map_err(|_| NotWritten)
}

#[cfg(not(feature = "qemu"))]
fn requested_file() -> Result<Option<File>, NotWritten> {
    Ok(None)
}
