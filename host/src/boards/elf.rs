//! What an ELF file loads.

/// Of a program header: it is loaded.
const LOADED: u32 = 1;

/// Address and bytes of what an ELF file of 32 bits, little-endian, loads, by physical addresses; `None` if it is none.
pub(super) fn loaded(elf: &[u8]) -> Option<Vec<(u32, &[u8])>> {
    elf.strip_prefix(b"\x7fELF\x01\x01")?;
    let headers = word(elf, 28)? as usize;
    let [size, count] = [half(elf, 42)?, half(elf, 44)?];
    let mut parts = Vec::new();
    for index in 0..count {
        let header = headers.checked_add(index * size)?;
        let [kind, offset, address, bytes] = [0, 4, 12, 16].map(|at| word(elf, header.saturating_add(at)));
        let (offset, bytes) = (offset? as usize, bytes? as usize);
        if kind? == LOADED && bytes > 0 {
            parts.push((address?, elf.get(offset..offset.checked_add(bytes)?)?));
        }
    }
    Some(parts)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn half(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?).into())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An ELF file that loads one part: a header of 52 bytes, two program headers of 32, and the bytes.
    pub(crate) fn elf(address: u32, bytes: &[u8]) -> Vec<u8> {
        let mut elf = b"\x7fELF\x01\x01".to_vec();
        elf.resize(116, 0);
        (elf[28], elf[42], elf[44]) = (52, 32, 2);
        // A note, which is not loaded, and the part.
        for (header, kind) in [(52, 4_u32), (84, LOADED)] {
            let length = u32::try_from(bytes.len()).unwrap();
            for (at, word) in [(0, kind), (4, 116), (8, 0x2000_0000), (12, address), (16, length)] {
                elf[header + at..][..4].copy_from_slice(&word.to_le_bytes());
            }
        }
        elf.extend(bytes);
        elf
    }

    #[test]
    fn only_what_is_loaded_is_given() {
        assert_eq!(loaded(&elf(0x1000_0000, b"code")), Some(vec![(0x1000_0000, &b"code"[..])]));
        assert_eq!(loaded(&elf(0, b"code")[..118]), None);
        assert_eq!(loaded(b"MZ"), None);
    }
}
