//! Archives as the Arduino IDE takes them: zip, APPNOTE.TXT 6.3 of PKWARE, without what came after its first version.

use std::io::Write;

use crc::{CRC_32_ISO_HDLC, Crc};
use flate2::Compression;
use flate2::write::DeflateEncoder;

const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);
const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// Version that is needed to read it, 2.0; no flags; deflated; and 1 January 1980, so that the same files give the same bytes.
const COMMON: [u16; 5] = [20, 0, 8, 0, 0x0021];

/// An archive of files, each by its path with slashes; `None` if one is too long for it.
pub(super) fn zip(files: &[(String, &[u8])]) -> Option<Vec<u8>> {
    let mut archive = Vec::new();
    let mut central = Vec::new();
    for (name, bytes) in files {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).ok()?;
        let deflated = encoder.finish().ok()?;
        let start = u32::try_from(archive.len()).ok()?;
        let mut common = COMMON.iter().flat_map(|half| half.to_le_bytes()).collect::<Vec<u8>>();
        for word in [CRC.checksum(bytes), u32::try_from(deflated.len()).ok()?, u32::try_from(bytes.len()).ok()?] {
            common.extend(word.to_le_bytes());
        }
        common.extend(u16::try_from(name.len()).ok()?.to_le_bytes());
        common.extend([0; 2]);
        archive.extend(LOCAL.to_le_bytes());
        archive.extend(&common);
        archive.extend(name.as_bytes());
        archive.extend(deflated);
        central.extend(CENTRAL.to_le_bytes());
        central.extend(20_u16.to_le_bytes());
        central.extend(&common);
        // No comment, first disk, no attributes.
        central.extend([0; 10]);
        central.extend(start.to_le_bytes());
        central.extend(name.as_bytes());
    }
    let count = u16::try_from(files.len()).ok()?;
    let [start, length] = [archive.len(), central.len()].map(u32::try_from);
    let (start, length) = (start.ok()?, length.ok()?);
    archive.extend(central);
    archive.extend(END.to_le_bytes());
    archive.extend([0; 4]);
    archive.extend([count; 2].map(u16::to_le_bytes).concat());
    archive.extend([length, start].map(u32::to_le_bytes).concat());
    archive.extend([0; 2]);
    Some(archive)
}
