//! Checksums that fit, whatever a fuzzer made of the rest.

pub(crate) const CRC: crc::Crc<u32> = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);

/// The same bytes with magic, version, length, length of the weights section and checksum put right, and what else the
/// fuzzer made of them. Too few bytes for a file stay as they are.
pub fn repaired(bytes: &[u8]) -> Vec<u8> {
    const FIXED: usize = 56;
    const CHECKSUM: usize = 4;
    let mut file = bytes.to_vec();
    if file.len() < FIXED + CHECKSUM {
        return file;
    }
    let end = file.len() - CHECKSUM;
    file[..8].copy_from_slice(b"\x93DIM\r\n\x1a\n");
    file[8..10].copy_from_slice(&1_u16.to_le_bytes());
    file[11] = 0;
    let put = |file: &mut [u8], offset: usize, value: usize| {
        file[offset..offset + 4].copy_from_slice(&u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes());
    };
    let length = file.len();
    put(&mut file, 12, length);
    let weights = u32::from_le_bytes([file[28], file[29], file[30], file[31]]) as usize;
    put(&mut file, 32, end.saturating_sub(weights));
    with_checksum(file)
}

/// The same bytes, the last four of which become the checksum of all before.
pub fn with_checksum(mut file: Vec<u8>) -> Vec<u8> {
    if let Some((body, stated)) = file.split_last_chunk_mut() {
        *stated = CRC.checksum(body).to_le_bytes();
    }
    file
}

/// A PNG file whose chunks have the right checksums, as far as their lengths lead.
pub fn with_checksums(bytes: &[u8]) -> Vec<u8> {
    const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
    const LENGTH: usize = 4;
    let mut file = [SIGNATURE, bytes.get(SIGNATURE.len()..).unwrap_or_default()].concat();
    let mut start = SIGNATURE.len();
    while let Some(length) = file.get(start..).and_then(<[u8]>::first_chunk) {
        let end = start + LENGTH + LENGTH + u32::from_be_bytes(*length) as usize;
        let Some(checked) = file.get(start + LENGTH..end) else { break };
        let checksum = CRC.checksum(checked).to_be_bytes();
        let Some(stated) = file.get_mut(end..end + checksum.len()) else { break };
        stated.copy_from_slice(&checksum);
        start = end + checksum.len();
    }
    file
}
