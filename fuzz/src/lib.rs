//! Bytes that get past the first checks of a file, so that a fuzzer spends its time behind them.

/// The same bytes with magic, version, length, length of the weights section and checksum put right, and what else the
/// fuzzer made of them. Too few bytes for a file stay as they are.
pub fn repaired(bytes: &[u8]) -> Vec<u8> {
    const FIXED: usize = 56;
    const CHECKSUM: usize = 4;
    const CRC: crc::Crc<u32> = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);
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
    let checksum = CRC.checksum(&file[..end]);
    file[end..].copy_from_slice(&checksum.to_le_bytes());
    file
}
