//! Several files out of the bytes of one.

use crate::checksums::CRC;

/// As many files as are asked for; the first bytes are the lengths of all but the last.
pub fn files<const COUNT: usize>(bytes: &[u8]) -> Option<[&[u8]; COUNT]> {
    let (lengths, mut rest) = bytes.split_at_checked(COUNT - 1)?;
    let mut files = [rest; COUNT];
    for (file, length) in files.iter_mut().zip(lengths) {
        (*file, rest) = rest.split_at(rest.len().min(usize::from(*length)));
    }
    files[COUNT - 1] = rest;
    Some(files)
}

/// A gzip file of these bytes, which are not compressed and should be fewer than 65,536.
pub fn packed(bytes: &[u8]) -> Vec<u8> {
    let [low, high] = (bytes.len() as u16).to_le_bytes();
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1, low, high, !low, !high];
    let tail = [CRC.checksum(bytes), bytes.len() as u32].map(u32::to_le_bytes);
    [&head, bytes, tail.as_flattened()].concat()
}
