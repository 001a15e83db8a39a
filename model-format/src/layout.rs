//! The fixed part of the file: magic, version and sizes at stated offsets, readable in `const fn`.
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 8 | [`MAGIC`] |
//! | 8 | 2 | format major |
//! | 10 | 2 | format minor |
//! | 12 | 4 | length of the file |
//! | 16 | 4 | arena bytes: activations, then scratch memory |
//! | 20 | 4 | scratch bytes, part of the arena |
//! | 24 | 4 | length of the postcard header, which starts at [`HEADER_OFFSET`] |
//! | 28 | 4 | offset of the weights section |
//! | 32 | 4 | length of the weights section |
//! | 36 | 4 | digest of the [proof](crate::ProofDigest), 0 for none |
//! | 40 | 16 | [`Identity`] |
//!
//! All integers are little-endian. The last four bytes of the file are the CRC-32 of all before.

use crate::version::MINOR_OF_PROOF;
use crate::{Error, FORMAT_MAJOR, FORMAT_MINOR, Identity};

/// The first eight bytes: a byte no text file starts with, the name, and the line endings and
/// end-of-file mark that a transfer in text mode would change.
pub const MAGIC: [u8; 8] = *b"\x93DIM\r\n\x1a\n";
/// Where the minor version stands.
pub(crate) const MINOR_OFFSET: usize = 10;
/// Where the digest of the proof stands.
pub(crate) const PROOF_OFFSET: usize = 36;
/// Where the identity stands, behind all other fields.
const IDENTITY_OFFSET: usize = 40;
/// Where the postcard header starts.
pub(crate) const HEADER_OFFSET: usize = 56;
/// Alignment in bytes of the weights section, of each operator's parameters and of each tensor in the arena.
pub(crate) const ALIGNMENT: u32 = 16;
/// Length of the CRC-32 at the end.
pub(crate) const CRC_BYTES: usize = 4;

/// CRC-32/ISO-HDLC: the one of zlib, PNG and Ethernet.
pub(crate) const CRC: crc::Crc<u32> = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);

/// The fixed part of a file, whose sections lie inside the file and in order. Its fields are read where they are used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout<'a>(&'a [u8; HEADER_OFFSET]);

impl<'a> Layout<'a> {
    /// Reads the fixed part and checks that the sections lie inside the file, in order.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        if bytes.first_chunk() != Some(&MAGIC) {
            return Err(Error::NotADimFile);
        }
        let Some(layout) = bytes.first_chunk().map(Self) else {
            return Err(Error::Truncated { needed: HEADER_OFFSET, got: bytes.len() });
        };
        let [major, minor] = [layout.u16_at(8), layout.minor()];
        if major != FORMAT_MAJOR || minor > FORMAT_MINOR {
            return Err(Error::UnsupportedVersion { major, minor });
        }
        let needed = layout.file_bytes() as usize;
        if bytes.len() < needed {
            return Err(Error::Truncated { needed, got: bytes.len() });
        }
        let header_end = HEADER_OFFSET as u64 + u64::from(layout.header_bytes());
        let weights_end = u64::from(layout.weights_offset()) + u64::from(layout.weights_bytes());
        let in_order = header_end <= u64::from(layout.weights_offset())
            && layout.weights_offset().is_multiple_of(ALIGNMENT)
            && weights_end + CRC_BYTES as u64 == u64::from(layout.file_bytes())
            && (layout.proof() == 0 || minor >= MINOR_OF_PROOF);
        if in_order { Ok(layout) } else { Err(Error::BadLayout) }
    }

    pub(crate) const fn minor(self) -> u16 {
        self.u16_at(MINOR_OFFSET)
    }

    pub(crate) const fn file_bytes(self) -> u32 {
        self.u32_at(12)
    }

    pub(crate) const fn arena_bytes(self) -> u32 {
        self.u32_at(16)
    }

    pub(crate) const fn scratch_bytes(self) -> u32 {
        self.u32_at(20)
    }

    pub(crate) const fn header_bytes(self) -> u32 {
        self.u32_at(24)
    }

    pub(crate) const fn weights_offset(self) -> u32 {
        self.u32_at(28)
    }

    pub(crate) const fn weights_bytes(self) -> u32 {
        self.u32_at(32)
    }

    /// 0 for none.
    pub(crate) const fn proof(self) -> u32 {
        self.u32_at(PROOF_OFFSET)
    }

    pub(crate) const fn identity(self) -> Identity {
        let mut identity = [0; 16];
        identity.copy_from_slice(self.0.split_at(IDENTITY_OFFSET).1);
        Identity(identity)
    }

    const fn u16_at(self, offset: usize) -> u16 {
        u16::from_le_bytes([self.0[offset], self.0[offset + 1]])
    }

    const fn u32_at(self, offset: usize) -> u32 {
        u32::from_le_bytes([self.0[offset], self.0[offset + 1], self.0[offset + 2], self.0[offset + 3]])
    }
}

/// Length of the file in bytes, as stated at offset 12.
///
/// # Panics
/// If `file` does not start as a `.dim` file; in a `const` that is an error of the build.
pub const fn file_bytes(file: &[u8]) -> usize {
    fixed_field(file, 12)
}

/// Bytes of memory that the encoder needs for activations and scratch, as stated at offset 16.
///
/// # Panics
/// If `file` does not start as a `.dim` file; in a `const` that is an error of the build.
pub const fn arena_bytes(file: &[u8]) -> usize {
    fixed_field(file, 16)
}

/// Bytes of [`arena_bytes`] that are scratch memory of the kernels, as stated at offset 20.
///
/// # Panics
/// If `file` does not start as a `.dim` file; in a `const` that is an error of the build.
pub const fn scratch_bytes(file: &[u8]) -> usize {
    fixed_field(file, 20)
}

const fn fixed_field(file: &[u8], offset: usize) -> usize {
    assert!(file.len() >= HEADER_OFFSET, "shorter than the fixed part of a .dim file");
    let mut i = 0;
    while i < MAGIC.len() {
        assert!(file[i] == MAGIC[i], "not a .dim file");
        i += 1;
    }
    u32::from_le_bytes([file[offset], file[offset + 1], file[offset + 2], file[offset + 3]]) as usize
}
